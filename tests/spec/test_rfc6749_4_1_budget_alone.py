"""Budget while another party is away: a page that a person understands, the raw error beside it (RFC 6749 §4.1)."""

import pytest
import requests
from werkzeug.test import TestResponse

from tests.support.budget_world import Budget, showed
from tests.support.stub_parties import AUTH, BANK, Answer, Stub


class Away(Stub):
    """Somebody who does not answer, or answers that he cannot."""

    def __init__(self, status: int | None) -> None:
        super().__init__()
        self.status = status

    def answer(self, request: requests.PreparedRequest, path: str) -> Answer:
        if self.status is None:
            raise requests.ConnectionError
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
    budget.stopped(page, 503)


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
