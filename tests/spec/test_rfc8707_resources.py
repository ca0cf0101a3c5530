"""Resource indicators (RFC 8707 §2)."""

import pytest

from tests.support.world import World, answered, basic, sent_back

BANK, OTHER = "http://bank.localhost:9001", "http://other.localhost"


@pytest.mark.parametrize("resource", ["bank", "/bank", "http://bank.localhost:9001#x"])
def test_resource_is_absolute_and_without_fragment(world: World, resource: str) -> None:
    """RFC 8707 §2-1."""
    world.sign_in()
    sent_back(world.authorize(resource=resource), "invalid_target")


def test_token_is_for_the_resource_that_was_named_and_no_other(world: World) -> None:
    """RFC 8707 §2-2."""
    world.app.extensions["resource_servers"][OTHER] = ("other", world.hash_of("other's secret"))
    code = world.code(resource=[BANK, OTHER])
    both = answered(world.redeem(code), 200).get_json()
    assert world.introspect(both["access_token"])["aud"] == [BANK, OTHER]
    narrow = answered(world.refresh(both["refresh_token"], resource=OTHER), 200).get_json()
    assert world.introspect(narrow["access_token"]) == {"active": False}
    asked = world.post("/introspect", {"token": narrow["access_token"]}, basic("other", "other's secret"))
    assert answered(asked, 200).get_json()["aud"] == OTHER
