"""Metadata (RFC 8414 §2 and §3, RFC 9207 §3)."""

from tests.world import AUTH, World, answered, sent_back

WELL_KNOWN = "/.well-known/oauth-authorization-server"


def test_document_is_json_without_empty_lists(world: World) -> None:
    """RFC 8414 §3.2-1, RFC 9700 §2.6-1."""
    answer = answered(world.ask("GET", WELL_KNOWN), 200)
    assert answer.mimetype == "application/json" and [] not in answer.get_json().values()


def test_issuer_in_a_response_is_the_published_one(world: World) -> None:
    """RFC 9207 §2.3-1, §3-1."""
    document = answered(world.ask("GET", WELL_KNOWN), 200).get_json()
    world.sign_in()
    assert sent_back(world.decide(world.authorize()))["iss"] == document["issuer"] == AUTH
    assert document["authorization_response_iss_parameter_supported"] is True
