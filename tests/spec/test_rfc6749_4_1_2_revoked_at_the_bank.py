"""What is revoked at Bank ID opens nothing at the bank from that moment on (RFC 6749 §4.1.2, RFC 7009 §2)."""

from collections.abc import Callable

import pytest

from tests.support.four_parties import Parties
from tests.support.world import answered, basic

BUDGET = basic("budget", "budget's secret: 100%")
Act = Callable[[Parties, str, dict[str, str]], object]


def at_the_bank(parties: Parties, token: str, status: int, error: str | None = None) -> None:
    answered(parties.send("bank", "GET", "/accounts", headers={"Authorization": f"Bearer {token}"}), status, error)


def revoked(name: str) -> Act:
    return lambda parties, _, tokens: answered(parties.world.post("/revoke", {"token": tokens[name]}, BUDGET), 200)


@pytest.mark.parametrize(
    ("act", "refreshes"),
    [
        (lambda parties, code, _: answered(parties.world.redeem(code), 400, "invalid_grant"), False),
        (revoked("refresh_token"), False),
        (revoked("access_token"), True),
    ],
    ids=["the code is replayed", "the refresh token is revoked", "the access token is revoked"],
)
def test_a_revoked_token_opens_nothing(valkey: str, act: Act, refreshes: bool) -> None:
    """RFC 6749 §4.1.2-3, RFC 7009 §2-1, §2.1-4."""
    parties = Parties(valkey)
    code = parties.world.code(scope=parties.scope)
    tokens = answered(parties.world.redeem(code), 200).get_json()
    at_the_bank(parties, tokens["access_token"], 200)
    act(parties, code, tokens)
    at_the_bank(parties, tokens["access_token"], 401, "invalid_token")
    fresh = parties.world.refresh(tokens["refresh_token"])
    answered(fresh, *((200,) if refreshes else (400, "invalid_grant")))
