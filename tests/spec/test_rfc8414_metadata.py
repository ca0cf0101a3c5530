"""Metadata (RFC 8414 §2 and §3, RFC 9207 §3)."""

import pytest

from auth_server.features import GrantType
from auth_server.models import Client, Tokens
from auth_server.tokens import new_grant, new_tokens
from tests.support.world import AUTH, VERIFIER, World, answered, basic, sent_back

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


def document(world: World) -> dict[str, list[str]]:
    return dict(answered(world.ask("GET", WELL_KNOWN), 200).get_json())


def test_grant_types_listed_are_the_ones_that_work(world: World) -> None:
    """RFC 8414 §2-3."""
    listed = document(world)["grant_types_supported"]
    client = answered(world.register(redirect_uris=["https://example.org/cb"], grant_types=listed), 201).get_json()
    header = basic(client["client_id"], client["client_secret"])
    asked = {"client_id": client["client_id"], "redirect_uri": "https://example.org/cb"}
    code = world.code(**asked)
    tokens = {"refresh_token": ""}
    forms = {
        "authorization_code": lambda: {"code": code, "code_verifier": VERIFIER} | asked,
        "refresh_token": lambda: {"refresh_token": tokens["refresh_token"]},
        "client_credentials": lambda: {"scope": "balance:read"},
    }
    assert set(listed) == set(forms)
    for grant_type in sorted(listed):
        answer = world.post("/token", {"grant_type": grant_type} | forms[grant_type](), header)
        tokens |= answered(answer, 200).get_json()
    for other in ("password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"):
        answered(world.post("/token", {"grant_type": other}, header), 400, "unsupported_grant_type")


def proof(method: str, client_id: str, secret: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a client adds to body and headers."""
    bodies = {"client_secret_post": {"client_id": client_id, "client_secret": secret}, "none": {"client_id": client_id}}
    return bodies.get(method, {}), basic(client_id, secret) if method == "client_secret_basic" else {}


def test_authentication_methods_listed_are_the_ones_that_work(world: World) -> None:
    """RFC 8414 §2-3."""
    told = document(world)
    assert told["revocation_endpoint_auth_methods_supported"] == told["token_endpoint_auth_methods_supported"]
    for method in told["token_endpoint_auth_methods_supported"]:
        metadata = {"redirect_uris": ["https://example.org/cb"], "token_endpoint_auth_method": method}
        client = answered(world.register(**metadata), 201).get_json()
        body, headers = proof(method, client["client_id"], client.get("client_secret", ""))
        answered(world.post("/revoke", {"token": "unknown"} | body, headers), 200)
        answered(
            world.post("/token", {"grant_type": "authorization_code", "code": "x"} | body, headers),
            400,
            "invalid_grant",
        )
    for method in told["introspection_endpoint_auth_methods_supported"]:
        body, headers = proof(method, "bank", "bank's secret")
        answered(world.post("/introspect", {"token": "unknown"} | body, headers), 200)
    other = {"redirect_uris": ["https://example.org/cb"], "token_endpoint_auth_method": "client_secret_jwt"}
    answered(world.register(**other), 400, "invalid_client_metadata")


def test_response_types_and_challenge_methods_listed_are_the_ones_that_work(world: World) -> None:
    """RFC 8414 §2-3."""
    told = document(world)
    world.sign_in()
    for response_type in told["response_types_supported"]:
        for method in told["code_challenge_methods_supported"]:
            answered(world.authorize(response_type=response_type, code_challenge_method=method), 200)
    sent_back(world.authorize(response_type="code token"), "unsupported_response_type")


def magic(client: Client) -> Tokens:
    """Make a token for whoever comes."""
    return new_tokens(new_grant(client, client.client_id, ("balance:read",)), ("balance:read",), ())


def test_what_is_added_to_a_table_is_listed_and_works(world: World) -> None:
    """RFC 8414 §2-3: there is no second list."""
    features = world.app.extensions["features"]
    features.grant_types["urn:example:magic"] = GrantType(magic, parameters=("spell",))
    features.code_challenge_methods["S1"] = lambda verifier: verifier
    features.response_types["magic"] = features.response_types["code"]
    told = document(world)
    assert "urn:example:magic" in told["grant_types_supported"] and "S1" in told["code_challenge_methods_supported"]
    assert "magic" in told["response_types_supported"]
    metadata = {"grant_types": ["urn:example:magic"], "token_endpoint_auth_method": "none"}
    client = answered(world.register(**metadata), 201).get_json()["client_id"]
    form = {"grant_type": "urn:example:magic", "client_id": client, "spell": "abracadabra"}
    assert answered(world.post("/token", form), 200).get_json()["token_type"] == "Bearer"
    answered(world.post("/token", form | {"spell": ["a", "b"]}), 400, "invalid_request")


@pytest.mark.parametrize("name", ["authorization", "token", "revocation", "introspection", "registration"])
def test_every_endpoint_named_is_there(world: World, name: str) -> None:
    """RFC 8414 §2-1."""
    address = str(document(world)[f"{name}_endpoint"])
    assert address.startswith(f"{AUTH}/")
    assert world.ask("POST", address.removeprefix(AUTH)).status_code not in (404, 405)
