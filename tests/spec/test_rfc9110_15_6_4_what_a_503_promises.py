"""What a 503 promises is so: `Retry-After` where the same request may come again, and nowhere else (RFC 9110 §15.6.4).

Each command to Redis is lost once, or its answer is, at Bank ID and at Budget; then the client, or the person, does as
told. Redis is well before and after.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

import client_app.store
from tests.support.budget_world import Budget, sent_to, showed
from tests.support.lossy_redis import LossyRedis, lossy
from tests.support.world import World, answered, sent_back, went_to

LOSSES = [(number, arrives) for number in range(1, 9) for arrives in (True, False)]  # more than a request sends


@pytest.fixture
def between(valkey: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LossyRedis]:
    monkeypatch.setattr(client_app.store, "AGAIN", 0.0)
    with lossy(valkey, tmp_path) as found:
        yield found


@pytest.mark.parametrize("kind", ["authorization_code", "refresh_token"])
def test_an_obedient_client_is_never_taken_for_a_thief(between: LossyRedis, kind: str) -> None:
    """A code or refresh token that may be used up is not to be sent again (RFC 6749 §4.1.2, RFC 9700 §4.14.2)."""
    world, outcomes = World(between.address), set()
    for number, arrives in LOSSES:
        send = partial(world.redeem, world.code())
        if kind == "refresh_token":
            send = partial(world.refresh, send().get_json()["refresh_token"])
        answer = between.losing(send, number, arrives)
        outcomes.add((answer.status_code, "Retry-After" in answer.headers))
        if "Retry-After" in answer.headers:
            answered(answer, 503, "temporarily_unavailable")
            answered(send(), 200)
        elif answer.status_code != 200:
            answered(answer, 503, "server_error")
            assert "do not send it again" in answer.get_json()["error_description"]
    assert outcomes == {(200, False), (503, True), (503, False)}


def test_whoever_reloads_a_page_of_bank_id_goes_on(between: LossyRedis, caplog: pytest.LogCaptureFixture) -> None:
    """Every page that cannot be shown says so, and the log says why in a line (RFC 9110 §10.2.3)."""
    world, client = World(between.address), "balance"  # a public client, whose consent page comes each time
    resting: list[TestResponse] = []

    def reloaded(send: Callable[[], TestResponse], number: int, arrives: bool) -> TestResponse:
        answer = between.losing(send, number, arrives)
        if answer.status_code != 503:
            return answer
        assert answer.headers["Retry-After"] and "Reload this page" in answer.text
        assert answer.headers["Cache-Control"] == "no-store" and "Location" not in answer.headers
        resting.append(answer)
        return send()

    for loss in LOSSES:
        world.browser = Client(world.app)
        form = {
            "username": "alice",
            "password": "looking-glass",
            "csrf_token": world.form_token(world.ask("GET", "/login")),
        }
        answer = reloaded(partial(world.ask, "POST", "/login", data=form), *loss)
        went_to(world.sign_in() if answer.status_code == 403 else answer, "/apps")  # the form's session may be gone
        consent = reloaded(partial(world.authorize, client), *loss)
        sent_back(reloaded(partial(world.decide, consent), *loss))
    assert len(resting) > len(LOSSES)
    assert not [record for record in caplog.records if record.exc_info]


def obeyed(budget: Budget, page: TestResponse, path: str) -> TestResponse:
    """Return what comes of doing what a page of Budget says: reload it, or connect again."""
    if page.status_code != 503:
        return page
    if "Retry-After" in page.headers:
        assert "eload this page" in page.text
        return budget.get(path)
    showed(page, 503)
    assert "Connect again" in page.text and 'href="/connect"' in page.text
    return budget.connect()


def test_whoever_does_as_the_callback_says_is_connected(between: LossyRedis, caplog: pytest.LogCaptureFixture) -> None:
    """And no code is sent twice on the way (RFC 6749 §4.1.2)."""
    budget = Budget(between.address)
    for loss in LOSSES:
        budget.browser = Client(budget.app)
        path = budget.auth.allow(budget.request())
        answer = between.losing(partial(budget.get, path), *loss)
        assert "This answer is not for you" not in answer.text
        sent_to(obeyed(budget, answer, path))
        budget.connected()
    redeemed = [form["code_verifier"] for form in budget.auth.forms("authorization_code")]
    assert len(redeemed) == len(set(redeemed))
    assert not [record for record in caplog.records if record.exc_info]


def test_whoever_does_as_budgets_page_says_gets_in(between: LossyRedis) -> None:
    """Also where the access token had to be renewed, and no refresh token is sent twice (RFC 6749 §6)."""
    budget = Budget(between.address)
    budget.connect()
    for loss in LOSSES:
        budget.time += 300
        page = between.losing(partial(budget.get, "/"), *loss)
        obeyed(budget, page, "/")
        budget.connected()
    refreshed = [form["refresh_token"] for form in budget.auth.forms("refresh_token")]
    assert len(LOSSES) == len(refreshed) == len(set(refreshed))


def test_whoever_sends_the_form_again_has_disconnected(between: LossyRedis) -> None:
    """And the refresh token was given back (RFC 7009 §2.1)."""
    budget = Budget(between.address)
    for loss in LOSSES:
        budget.connect()
        form_token = budget.form_token()
        send = partial(budget.post, "/disconnect", csrf_token=form_token)
        answer = between.losing(send, *loss)
        if answer.status_code == 503:
            assert answer.headers["Retry-After"]
            answer = send()
        sent_to(answer)
        budget.not_connected()
        assert any(budget.auth.refresh_tokens[-1] in str(request.body) for request in budget.auth.asked)


@pytest.mark.parametrize("path", ["/transfers", "/empty-the-account"])
def test_an_order_that_is_sent_again_keeps_its_number(between: LossyRedis, path: str) -> None:
    """By which the bank knows it: the page of a failed order says so (RFC 9110 §9.2.2)."""
    budget = Budget(between.address)
    budget.connect()
    form = {"csrf_token": budget.form_token(), "to_account": "bob-current", "amount": "1", "once": "number-1"}
    for loss in LOSSES:
        page = between.losing(partial(budget.post, path, **form), *loss)
        assert page.status_code < 500 or "the bank carries it out once" in " ".join(page.text.split())
    orders = [request for request in budget.bank.asked if request.method == "POST"]
    assert {request.headers["Idempotency-Key"] for request in orders} == {"number-1"}
