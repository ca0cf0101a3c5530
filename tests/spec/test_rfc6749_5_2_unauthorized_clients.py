"""A client uses the grants that it is registered for, and no other (RFC 6749 §5.2)."""

from tests.support.stops import stops
from tests.support.world import World, answered


@stops("auth_server.grant_type_is_offered")
def test_a_client_keeps_to_its_own_grants(world: World) -> None:
    """Budget acts for people, never for itself (RFC 6749 §5.2-3)."""
    asked = world.token(grant_type="client_credentials", scope="balance:read")
    answered(asked, 400, "unauthorized_client")


@stops("auth_server.grant_type_is_offered")
def test_a_client_without_refresh_tokens_cannot_use_one(world: World) -> None:
    """What a client did not register it does not get, although the server offers it (RFC 6749 §5.2-3)."""
    metadata = {"grant_types": ["authorization_code"], "redirect_uris": ["https://example.org/cb"]}
    client = answered(world.register(token_endpoint_auth_method="none", **metadata), 201).get_json()
    asked = world.refresh("any", client["client_id"])
    answered(asked, 400, "unauthorized_client")
