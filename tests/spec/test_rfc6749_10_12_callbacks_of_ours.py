"""Budget takes an answer only in the browser that asked for it (RFC 6749 §10.12)."""

import pytest
from werkzeug.test import Client

from tests.support.budget_world import Budget, sent_to, showed
from tests.support.stops import stops
from tests.support.stub_parties import parameters_of


@stops("client_app.state_belongs_to_this_session")
@pytest.mark.parametrize("state", [None, "", "guessed"])
def test_a_callback_without_our_state_is_thrown_away(budget: Budget, state: str | None) -> None:
    """A forged callback trades no code, and the page shows what came (RFC 6749 §10.12-1)."""
    answer = budget.connect(state=state)
    budget.stopped(answer, 400)
    assert f"<code>{state or '(missing)'}</code>" in "".join(answer.text.split())


@stops("client_app.state_belongs_to_this_session", "client_app.new_state")
def test_a_callback_of_another_browser_is_thrown_away(budget: Budget) -> None:
    """An attacker's own answer does not connect the victim's browser, yet connects his (RFC 6749 §10.12-1)."""
    attacker = Client(budget.app)
    answer = budget.auth.allow(budget.request(attacker))
    budget.request()  # the victim has a request of her own on its way
    budget.stopped(budget.get(answer), 400)
    sent_to(budget.get(answer, attacker))


def test_every_request_has_a_fresh_state(budget: Budget) -> None:
    """No state is sent twice, and each is long enough not to be guessed (RFC 6749 §4.1.1-2)."""
    states = {parameters_of(budget.request(Client(budget.app)))["state"] for _ in range(20)}
    assert len(states) == 20
    assert min(len(state) for state in states) >= 22  # 128 bits in base64url


@stops("client_app.state_belongs_to_this_session")
def test_a_callback_that_comes_too_late_is_thrown_away(budget: Budget) -> None:
    """A request that was never answered does not wait for ever (RFC 6749 §10.12-1)."""
    answer = budget.auth.allow(budget.request())
    budget.time += 600
    budget.stopped(budget.get(answer), 400)


@stops("client_app.answer_says_each_thing_once")
@pytest.mark.parametrize("name", ["state", "iss", "code"])
def test_a_callback_that_says_a_thing_twice_is_thrown_away(budget: Budget, name: str) -> None:
    """Of two values nobody knows which one was checked; the request itself may still be answered (RFC 6749 §3.1)."""
    answer = budget.auth.allow(budget.request())
    budget.stopped(budget.get(f"{answer}&{name}=another"), 400)
    sent_to(budget.get(answer))


def test_a_callback_counts_once(budget: Budget) -> None:
    """The same answer again leads a connected person home, and is nobody else's (RFC 6749 §10.12-1)."""
    answer = budget.auth.allow(budget.request())
    sent_to(budget.get(answer))
    assert sent_to(budget.get(answer)) == "/"
    showed(budget.get(answer, Client(budget.app)), 400)
    assert len(budget.auth.forms("authorization_code")) == 1


def test_a_no_is_shown_as_it_was_said(budget: Budget) -> None:
    """Who denies reads `access_denied`, and nothing is connected (RFC 6749 §4.1.2.1)."""
    response = budget.connect(code=None, error="access_denied")
    budget.stopped(response, 403)
    assert "access_denied" in response.text
    budget.not_connected()


@pytest.mark.parametrize("code", [None, ""])
def test_an_answer_that_says_nothing_ends_nothing(budget: Budget, code: str | None) -> None:
    """With neither a code nor an error it is no answer; the real one may still come (RFC 6749 §4.1.2)."""
    location = budget.request()
    budget.stopped(budget.get(budget.auth.allow(location, code=code)), 400)
    sent_to(budget.get(budget.auth.allow(location)))
    budget.connected()


@pytest.mark.parametrize("code", ["x", "\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 7000])
def test_a_code_that_is_no_good_is_no_fault_of_the_server(budget: Budget, code: str) -> None:
    """What the browser brought was wrong, and the page says how (RFC 6749 §5.2)."""
    page = budget.connect(code=code)
    showed(page, 400)
    assert "invalid_grant" in page.text
    budget.not_connected()


def test_an_error_that_comes_too_late_is_shown_all_the_same(budget: Budget) -> None:
    """Beside the `state` that nobody waits for stands the error that came with it (RFC 6749 §4.1.2.1)."""
    page = budget.connect(code=None, state="old", error="access_denied", error_description="Alice said no")
    budget.stopped(page, 400)
    assert "access_denied" in page.text and "Alice said no" in page.text
