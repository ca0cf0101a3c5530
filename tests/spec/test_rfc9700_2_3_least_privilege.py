"""A token opens what it was made for, and nothing else (RFC 9700 §2.3, RFC 8707 §2)."""

from typing import Any

import pytest

from tests.support.bank_world import Bank, challenged, refused
from tests.support.stops import stops
from tests.support.world import answered

NOT_FOR_THE_BANK = ["http://other.localhost", "http://bank.localhost:9001/", ["http://other.localhost"], [], None, 7]


@stops("resource_server.token_is_meant_for_us")
@pytest.mark.parametrize("audience", NOT_FOR_THE_BANK)
def test_a_token_for_another_resource_server_is_refused(bank: Bank, audience: Any) -> None:
    """Whoever collected it there cannot spend it here (RFC 8707 §2-2, RFC 9700 §2.3-1)."""
    bank.know("elsewhere", aud=audience)
    for door in bank.doors("elsewhere"):
        challenged(door(), 401, "invalid_token")


@stops("resource_server.scope_covers_the_request")
def test_a_token_to_look_moves_no_money(bank: Bank) -> None:
    """The scope is checked at each request (RFC 9700 §2.3-1)."""
    bank.know("look", scope="balance:read transactions:read")
    answered(bank.get("/accounts", "Bearer look"), 200)
    challenged(bank.pay(token="look"), 403, "insufficient_scope")
    assert bank.balance() == 418255


@stops("resource_server.account_belongs_to_subject")
@pytest.mark.parametrize("account", ["bob-current", "carol-current"])
def test_anothers_account_looks_like_none(bank: Bank, account: str) -> None:
    """Each request reaches the customer's own accounts, and does not tell which others exist (RFC 9700 §2.3-1)."""
    for rest in ("balance", "transactions"):
        answers = [bank.get(f"/accounts/{name}/{rest}") for name in (account, "nobody", "%00", "%ff", "a" * 5000)]
        for answer in answers:
            refused(answer, 404, "not_found")
        assert len({answer.text for answer in answers}) == 1


@stops("resource_server.account_belongs_to_subject")
def test_nobody_pays_from_anothers_account(bank: Bank) -> None:
    """A transfer leaves the customer's own account (RFC 9700 §2.3-1)."""
    refused(bank.pay(from_account="bob-current", to_account="alice-current"), 404, "not_found")
    assert bank.balance() == 418255


@stops("resource_server.token_has_a_resource_owner")
@pytest.mark.parametrize("subject", ["alice", "", None])
def test_a_client_that_acts_for_itself_is_no_customer(bank: Bank, subject: str | None) -> None:
    """A client that is called `alice` is not Alice (RFC 9700 §4.15.1-1)."""
    bank.know("itself", client_id="alice", sub=subject)
    for door in bank.doors("itself"):
        challenged(door(), 401, "invalid_token")
    assert bank.balance() == 418255
