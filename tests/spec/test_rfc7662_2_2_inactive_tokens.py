"""What introspection says of a token that is not good: that, and nothing else (RFC 7662 §2.2)."""

import pytest

from tests.support.world import World, answered, basic

BANK = basic("bank", "bank's secret")


def told(world: World, token: str, caller: dict[str, str] = BANK) -> dict[str, object]:
    return dict(answered(world.post("/introspect", {"token": token}, caller), 200).get_json())


def test_an_expired_token_is_inactive(world: World) -> None:
    """Neither whose it was nor since when (RFC 7662 §2.2-1)."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    assert told(world, tokens["access_token"])["active"] is True
    world.time += tokens["expires_in"]
    assert told(world, tokens["access_token"]) == {"active": False}


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_revoked_token_is_inactive(world: World, kind: str) -> None:
    """Revoked is as unknown (RFC 7662 §2.2-1)."""
    tokens = answered(world.redeem(world.code("balance"), "balance"), 200).get_json()
    answered(world.post("/revoke", {"token": tokens[kind], "client_id": "balance"}), 200)
    assert told(world, tokens["access_token"]) == {"active": False}


def test_a_token_for_another_is_inactive(world: World) -> None:
    """A resource server learns nothing of tokens that are not for it (RFC 7662 §2.2-1)."""
    world.app.extensions["resource_servers"]["http://other.localhost"] = ("other", world.hash_of("other's secret"))
    tokens = answered(world.redeem(world.code()), 200).get_json()
    assert told(world, tokens["access_token"], basic("other", "other's secret")) == {"active": False}


def test_what_is_no_access_token_is_inactive(world: World) -> None:
    """Codes and refresh tokens open nothing at the bank (RFC 7662 §2.2-1)."""
    code = world.code()
    assert told(world, code) == {"active": False}
    tokens = answered(world.redeem(code), 200).get_json()
    assert told(world, tokens["refresh_token"]) == {"active": False}
