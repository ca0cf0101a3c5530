"""Budget while another party is away: a page that a person understands, the raw error beside it (RFC 6749 §4.1)."""

from typing import Any

import pytest
import requests
from redis.exceptions import RedisError
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError
from werkzeug.test import TestResponse

from tests.support.budget_world import Budget, sent_to, showed
from tests.support.stub_parties import AUTH, BANK, Answer, Stub


class Away(Stub):
    """Somebody who does not answer, or answers that he cannot."""

    def __init__(self, status: int | None) -> None:
        super().__init__()
        self.status = status
        self.headers: dict[str, str] = {}
        self.problem: requests.RequestException = requests.ConnectionError()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        response = super().send(request, **options)
        response.headers.update(self.headers)
        return response

    def answer(self, request: requests.PreparedRequest, path: str) -> Answer:
        if self.status is None:
            raise self.problem
        return self.status, {"error": "temporarily_unavailable"}


def explained(answer: TestResponse, title: str, *raw: str) -> None:
    """The page says what happened, and shows what was asked and what came of it."""
    showed(answer, 503)
    for words in (title, *raw):
        assert words in answer.text


@pytest.mark.parametrize(("status", "error"), [(None, "ConnectionError"), (503, "temporarily_unavailable")])
def test_bank_id_is_away_before_and_after_the_user_said_yes(budget: Budget, status: int | None, error: str) -> None:
    """No code is traded, no bank is asked (RFC 6749 §4.1)."""
    answer = budget.auth.allow(budget.request())
    budget.app.extensions["http"].mount(AUTH, Away(status))
    for page in (budget.get("/connect"), budget.get(answer)):
        explained(page, "Bank ID is away", f"GET {AUTH}/.well-known/oauth-authorization-server", error)
        assert page.headers["Retry-After"]
    budget.stopped(page, 503)
    budget.app.extensions["http"].mount(AUTH, budget.auth)
    sent_to(budget.get(answer))
    budget.connected()


def away_at_the_token_endpoint(budget: Budget, away: Away) -> None:
    """Let Bank ID describe itself, and be away for all else."""
    metadata = budget.auth.metadata

    def answer(request: requests.PreparedRequest, path: str) -> Answer:
        return (200, metadata) if path.startswith("/.well-known") else Away.answer(away, request, path)

    away.answer = answer  # type: ignore[method-assign]
    budget.app.extensions["http"].mount(AUTH, away)


NOBODY_THERE = NewConnectionError(HTTPConnectionPool("auth.localhost"), "refused")  # type: ignore[arg-type]
NOT_BEGUN: list[tuple[int | None, dict[str, str], requests.RequestException]] = [
    (None, {}, requests.ConnectionError(MaxRetryError(HTTPConnectionPool("auth.localhost"), "/", NOBODY_THERE))),
    (None, {}, requests.ConnectTimeout()),
    (503, {"Retry-After": "5"}, requests.RequestException()),
]
IN_DOUBT: list[tuple[int | None, dict[str, str], requests.RequestException]] = [
    (None, {}, requests.ReadTimeout()),
    (None, {}, requests.ConnectionError("Connection aborted.")),
    (503, {}, requests.RequestException()),
    (500, {}, requests.RequestException()),
]


@pytest.mark.parametrize(("status", "headers", "problem"), NOT_BEGUN)
def test_a_code_that_was_not_redeemed_is_brought_again_by_a_reload(
    budget: Budget, status: int | None, headers: dict[str, str], problem: requests.RequestException
) -> None:
    """The request was not sent, or its receiver says that it has not begun (RFC 9110 §10.2.3)."""
    callback, away = budget.auth.allow(budget.request()), Away(status)
    away.headers, away.problem = headers, problem
    away_at_the_token_endpoint(budget, away)
    page = budget.get(callback)
    explained(page, "Bank ID is away", f"POST {AUTH}/token")
    assert page.headers["Retry-After"]
    budget.app.extensions["http"].mount(AUTH, budget.auth)
    sent_to(budget.get(callback))
    budget.connected()


@pytest.mark.parametrize(("status", "headers", "problem"), IN_DOUBT)
def test_a_code_that_may_be_used_up_is_not_sent_again(
    budget: Budget, status: int | None, headers: dict[str, str], problem: requests.RequestException
) -> None:
    """The client MUST NOT use it more than once, so the page asks for no reload (RFC 6749 §4.1.2)."""
    callback, away = budget.auth.allow(budget.request()), Away(status)
    away.headers, away.problem = headers, problem
    away_at_the_token_endpoint(budget, away)
    page = budget.get(callback)
    explained(page, "The connection was not finished", f"POST {AUTH}/token", "Connect again")
    assert "Retry-After" not in page.headers
    budget.app.extensions["http"].mount(AUTH, budget.auth)
    showed(budget.get(callback), 400)
    assert budget.auth.forms("authorization_code") == []
    sent_to(budget.connect())
    budget.connected()


@pytest.mark.parametrize(("status", "headers", "problem"), IN_DOUBT)
def test_a_refresh_without_an_answer_is_tried_again(
    budget: Budget, status: int | None, headers: dict[str, str], problem: requests.RequestException
) -> None:
    """Only the refresh token can tell whether it was used up, and there is nothing more to lose (RFC 6749 §6)."""
    budget.connect()
    budget.time += 300
    away = Away(status)
    away.headers, away.problem = headers, problem
    away_at_the_token_endpoint(budget, away)
    page = budget.get("/")
    explained(page, "Bank ID has not answered", "connect again")
    assert page.headers["Retry-After"]
    budget.app.extensions["http"].mount(AUTH, budget.auth)
    budget.connected()
    budget.time += 300
    budget.auth.issue()  # the answer to this refresh went to nobody
    page = budget.get("/")
    showed(page, 409)
    assert "Your connection has ended" in page.text and 'href="/connect"' in page.text


def test_tokens_that_find_no_place_are_given_back(budget: Budget, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could revoke them later (RFC 7009 §2.1)."""

    def no_place(*_: Any, **__: Any) -> bool:
        raise RedisError

    monkeypatch.setattr(budget.app.extensions["store"], "save_connection", no_place)
    page = budget.connect()
    explained(page, "The connection was not finished", "Connect again")
    assert "Retry-After" not in page.headers
    assert "token=refresh-token-0" in str(budget.auth.asked[-1].body)


@pytest.mark.parametrize(("status", "error"), [(None, "ConnectionError"), (503, "temporarily_unavailable")])
def test_the_bank_is_away_and_the_connection_is_kept(budget: Budget, status: int | None, error: str) -> None:
    """What Budget holds is good as soon as the bank is back (RFC 6749 §7)."""
    budget.connect()
    budget.app.extensions["http"].mount(BANK, Away(status))
    explained(budget.get("/"), "The bank is away", "GET /accounts", error)
    budget.app.extensions["http"].mount(BANK, budget.bank)
    budget.connected()


def test_bank_id_is_away_when_the_token_has_expired(budget: Budget) -> None:
    """The refresh is made up for later; nothing is forgotten (RFC 6749 §6)."""
    budget.connect()
    budget.time += 300
    budget.app.extensions["http"].mount(AUTH, Away(None))
    explained(budget.get("/"), "Bank ID is away", "ConnectionError")
    budget.app.extensions["http"].mount(AUTH, budget.auth)
    budget.connected()


def test_a_lost_session_leads_to_connecting_again(budget: Budget) -> None:
    """Whoever comes back without the session is told, and gets no connection of anybody's (RFC 6749 §10.12)."""
    answer = budget.auth.allow(budget.request())
    budget.browser.delete_cookie("budget_session", domain="budget.localhost")
    page = budget.get(answer)
    budget.stopped(page, 400)
    assert "This answer is not for you" in page.text and "state" in page.text
    budget.not_connected()
    showed(budget.post("/disconnect"), 403)
    assert "Connect" in budget.get("/transfers").text
