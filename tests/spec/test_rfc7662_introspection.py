"""Introspection (RFC 7662 §2)."""

from tests.support.world import World, answered, basic


def test_question_is_a_post_with_a_token(world: World) -> None:
    """RFC 7662 §2.1-2."""
    answered(world.ask("GET", "/introspect"), 405, "invalid_request")
    answered(world.post("/introspect", {}, basic("bank", "bank's secret")), 400, "invalid_request")


def test_bad_token_is_inactive_and_no_error(world: World) -> None:
    """RFC 7662 §2.2-1, §2.3-1."""
    assert world.introspect("unknown") == {"active": False}


def test_good_token_is_described(world: World) -> None:
    """RFC 7662 §2.2-2, RFC 8707 §2-2."""
    told = world.introspect(answered(world.redeem(world.code()), 200).get_json()["access_token"])
    assert told["active"] is True and told["exp"] > told["iat"]
    assert (told["client_id"], told["sub"]) == ("budget", "alice")
    assert (told["iss"], told["aud"]) == ("http://auth.localhost:9000", "http://bank.localhost:9001")
    assert "balance:read" in told["scope"].split()
