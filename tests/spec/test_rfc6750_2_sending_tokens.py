"""How a token is sent to the bank: in the header, and nowhere else (RFC 6750 §2)."""

import pytest

from tests.support.bank_world import Bank, asked_for_a_token, challenged
from tests.support.stops import stops
from tests.support.world import answered


@stops("resource_server.token_is_in_the_header")
@pytest.mark.parametrize(
    "path", ["/accounts", "/accounts/alice-current/balance", "/accounts/alice-current/transactions"]
)
def test_a_token_in_the_query_is_none(bank: Bank, path: str) -> None:
    """Addresses end in histories and logs, so this form is not offered (RFC 6750 §2.3-1)."""
    asked_for_a_token(bank.get(f"{path}?access_token=good", None))
    assert bank.auth.asked == []


@stops("resource_server.token_is_in_the_header")
def test_a_token_in_a_form_is_none(bank: Bank) -> None:
    """The body is not offered, either (RFC 6750 §2.2)."""
    asked_for_a_token(bank.ask("POST", "/transfers", None, data={"access_token": "good"}))
    assert bank.auth.asked == []


@stops("resource_server.token_is_in_the_header")
def test_a_token_sent_in_two_ways_is_an_invalid_request(bank: Bank) -> None:
    """One method a request: the header and the query, or the header and the body, are two (RFC 6750 §2-1)."""
    challenged(bank.get("/accounts?access_token=good"), 400, "invalid_request")
    challenged(bank.ask("POST", "/transfers", data={"access_token": "good"}), 400, "invalid_request")
    assert bank.auth.asked == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_written_in_any_case(bank: Bank, scheme: str) -> None:
    """The header form is supported, and the scheme's name has no case (RFC 6750 §2.1-1)."""
    answered(bank.get("/accounts", f"{scheme} good"), 200)
