"""Another start under other hosts or ports: our own clients are registered where they live now (RFC 6749 §3.1.2.3)."""

from tests.support.world import AUTH, BUDGET_CALLBACK, World, answered, consent_form, stopped_on_a_page

MOVED = "http://localhost:9502"


def test_our_own_clients_move_with_their_addresses(valkey: str) -> None:
    """The old redirect URI is no longer registered, the new one is, and the people are who they were."""
    world = World(valkey)
    world.sign_in()
    before = world.redis.get("auth:user:alice")
    again = World(valkey, forget=False, budget=MOVED)
    again.sign_in()
    stopped_on_a_page(again.authorize(redirect_uri=BUDGET_CALLBACK))
    page = answered(again.authorize(redirect_uri=f"{MOVED}/callback"), 200)
    assert consent_form(page)["redirect_uri"] == f"{MOVED}/callback"
    assert world.redis.get("auth:user:alice") == before


def test_what_a_stranger_registered_stays(valkey: str) -> None:
    """Only our own clients are written anew."""
    told = World(valkey).register(client_name="Quiz", redirect_uris=["http://127.0.0.1:8080/cb"]).get_json()
    again = World(valkey, forget=False, budget=MOVED)
    assert again.redis.exists(f"auth:client:{told['client_id']}")
    assert AUTH in again.ask("GET", "/.well-known/oauth-authorization-server").text
