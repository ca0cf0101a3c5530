"""What the bank answers to a token that is missing, broken, bad or too small (RFC 6750 §3)."""

from typing import Any

import pytest

from tests.support.bank_world import NOW, Bank, asked_for_a_token, challenged
from tests.support.stops import stops
from tests.support.world import answered

BAD_TOKENS: dict[str, dict[str, Any]] = {
    "expired": {"exp": NOW},
    "expired-long-ago": {"exp": NOW - 86400},
    "inactive": {"active": False},
    "not-quite-active": {"active": "true"},
}
NEEDS = ["balance:read", "balance:read", "transactions:read", "transfers:write"]  # what each of the doors asks for


@pytest.mark.parametrize("authorization", [None, "", "Basic Z29vZDo=", "good"])
def test_who_sends_no_token_is_challenged_and_told_no_error(bank: Bank, authorization: str | None) -> None:
    """Every protected resource asks for a token, with a realm and without an error (RFC 6750 §3-1)."""
    for path in ("/accounts", "/accounts/alice-current/balance", "/accounts/alice-current/transactions"):
        asked_for_a_token(bank.get(path, authorization))
    asked_for_a_token(bank.ask("POST", "/transfers", authorization, json={}))


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer good good", "Bearer good, Bearer good"])
def test_a_malformed_header_is_an_invalid_request(bank: Bank, authorization: str) -> None:
    """A header that cannot be read as one token is the client's mistake (RFC 6750 §3.1-1, §3-1)."""
    challenged(bank.get("/accounts", authorization), 400, "invalid_request")


@stops("resource_server.token_is_active")
@pytest.mark.parametrize("token", BAD_TOKENS)
def test_an_expired_or_revoked_token_is_refused(bank: Bank, token: str) -> None:
    """Active is what the authorization server calls so, until its time is over (RFC 6750 §3.1-2, §3-1)."""
    bank.know(token, **BAD_TOKENS[token])
    for door in bank.doors(token):
        challenged(door(), 401, "invalid_token")


def test_all_bad_tokens_get_the_same_answer(bank: Bank) -> None:
    """Unknown, expired, malformed, another's or nobody's: the answer does not tell which (RFC 6750 §3.1-2)."""
    for token, changes in BAD_TOKENS.items():
        bank.know(token, **changes)
    bank.know("for-another", aud="http://other.localhost")
    bank.know("without-an-owner", sub="budget")
    tokens = [*BAD_TOKENS, "for-another", "without-an-owner", "unknown", "x" * 9000, "\x00", "\xff\xfe"]
    answers = [bank.get("/accounts", f"Bearer {token}") for token in tokens]
    for answer in answers:
        challenged(answer, 401, "invalid_token")
    assert len({(answer.text, answer.headers["WWW-Authenticate"]) for answer in answers}) == 1


@stops("resource_server.scope_covers_the_request")
@pytest.mark.parametrize("number", range(len(NEEDS)))
def test_a_scope_too_small_names_the_one_needed(bank: Bank, number: int) -> None:
    """Each resource asks for its own scope, and says which (RFC 6750 §3.1-3, §3-1)."""
    others = sorted({*NEEDS, "offline_access"} - {NEEDS[number]})
    bank.know("small", scope=" ".join(others))
    answer = bank.doors("small")[number]()
    challenged(answer, 403, "insufficient_scope")
    assert f'scope="{NEEDS[number]}"' in answer.headers["WWW-Authenticate"]
    bank.know("small", scope=NEEDS[number])
    answered(bank.doors("small")[number](), 201 if NEEDS[number] == "transfers:write" else 200)
