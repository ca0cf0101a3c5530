"""Budget and its tokens: which it understands, how it sends them, how it renews them (RFC 6749 §6, §7.1)."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from werkzeug.test import Client

from tests.support.budget_world import SECRET, Budget, sent_to, showed
from tests.support.stops import stops
from tests.support.stub_parties import Answer


@stops("client_app.token_type_is_understood")
def test_a_token_of_an_unknown_type_is_not_used(budget: Budget) -> None:
    """The bank is not asked with a kind of token that we do not know (RFC 6749 §7.1-1)."""
    budget.auth.token["token_type"] = "magic"
    showed(budget.connect(), 502)
    budget.not_connected()
    assert budget.bank.asked == []


def test_the_token_type_has_no_case(budget: Budget) -> None:
    """`bearer` is `Bearer` (RFC 6749 §7.1-1)."""
    budget.auth.token["token_type"] = "bEaReR"
    budget.connect()
    budget.connected()


def test_unknown_members_of_a_token_response_are_ignored(budget: Budget) -> None:
    """What we do not know does not disturb us (RFC 6749 §5.1-3)."""
    budget.auth.token |= {"foo": 1, "bar": {"baz": None}}
    sent_to(budget.connect())
    budget.connected()


def test_no_token_reaches_the_browser_or_an_address(budget: Budget) -> None:
    """Tokens and secret are in no page, cookie or address (RFC 6750 §5.3-2, §2-1, RFC 6749 §2.3.1-2).

    The bank gets them in the header, and in no second way.
    """
    budget.connect()
    budget.connected()
    budget.time += 300
    budget.connected()
    budget.post("/empty-the-account", csrf_token=budget.form_token())
    budget.post("/transfers", csrf_token=budget.form_token(), to_account="bob-current", amount="1")
    budget.post("/disconnect", csrf_token=budget.form_token())
    told = "\n".join(f"{answer.headers}{answer.text}" for answer in budget.seen)
    addresses = "\n".join(str(request.url) for request in budget.auth.asked + budget.bank.asked)
    bodies = "\n".join(str(request.body) for request in budget.bank.asked)
    used = {request.headers["Authorization"] for request in budget.bank.asked}
    assert used == {f"Bearer {token}" for token in budget.auth.access_tokens}
    assert len(used) == 2
    for secret in [*budget.auth.access_tokens, *budget.auth.refresh_tokens, SECRET.split(":")[0]]:
        assert secret not in told
        assert secret not in addresses
        assert secret not in bodies


@pytest.mark.parametrize("amount", ["1e3", "1,000", "1_0", "٣", "-1", "0", "0.00", "0.001", "NaN", "Infinity", "1e400"])
def test_an_amount_that_may_mean_something_else_is_not_ordered(budget: Budget, amount: str) -> None:
    """The token moves only what the person can be sure to have written (RFC 6749 §7)."""
    budget.connect()
    token, asked = budget.form_token(), len(budget.bank.asked)
    showed(budget.post("/transfers", csrf_token=token, to_account="bob-current", amount=amount), 400)
    assert len(budget.bank.asked) == asked
    budget.post("/transfers", csrf_token=token, to_account="bob-current", amount=" 1,50 ")
    assert json.loads(budget.bank.asked[-1].body or b"")["amount"] == 150


def test_two_requests_that_race_refresh_once(budget: Budget) -> None:
    """A refresh token is not used twice at once (RFC 6749 §6, RFC 9700 §4.14.2)."""
    budget.connect()
    cookie = budget.browser.get_cookie("budget_session", "budget.localhost")
    assert cookie
    tabs = [Client(budget.app) for _ in range(3)]
    for tab in tabs:
        tab.set_cookie("budget_session", cookie.value, domain="budget.localhost")
    budget.time += 300
    budget.auth.pause = 0.2
    with ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(lambda tab: budget.get("/", tab), tabs))
    assert [page.status_code for page in pages] == [200] * 3
    assert all("4,182" in page.text for page in pages)
    assert [form["refresh_token"] for form in budget.auth.forms("refresh_token")] == ["refresh-token-0"]


def test_a_new_token_that_the_bank_does_not_take_ends_the_connection(budget: Budget) -> None:
    """It was never said that a permission is missing, so no page says it (RFC 6750 §3.1)."""
    budget.connect()
    issue = budget.auth.issue
    budget.auth.issue = lambda: issue() | {"access_token": "for somebody else"}  # type: ignore[method-assign]
    budget.time += 300
    page = budget.get("/")
    showed(page, 409)
    assert "invalid_token" in page.text and "Connect again" in page.text and "was not given" not in page.text


def test_what_the_bank_says_of_an_order_is_what_budget_says(budget: Budget) -> None:
    """An order that the bank refuses for another reason than the scope is not called forbidden (RFC 9110 §15.5)."""
    budget.connect()
    answer = budget.bank.answer

    def poor(request: requests.PreparedRequest, path: str) -> Answer:
        return (409, {"error": "insufficient_funds"}) if path == "/transfers" else answer(request, path)

    budget.bank.answer = poor  # type: ignore[method-assign]
    page = budget.post("/transfers", csrf_token=budget.form_token(), to_account="bob-current", amount="1")
    showed(page, 409)
    assert "insufficient_funds" in page.text
