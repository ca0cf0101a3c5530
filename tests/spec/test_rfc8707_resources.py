"""Resource indicators (RFC 8707 §2)."""

import pytest

from tests.world import World, sent_back


@pytest.mark.parametrize("resource", ["bank", "/bank", "http://bank.localhost:9001#x"])
def test_resource_is_absolute_and_without_fragment(world: World, resource: str) -> None:
    """RFC 8707 §2-1."""
    world.sign_in()
    sent_back(world.authorize(resource=resource), "invalid_target")
