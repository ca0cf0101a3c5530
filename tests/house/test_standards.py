"""A standard is a folder and a row: struck from the tuple it is gone, metadata and all; the core imports none."""

import secrets
import tomllib
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, request

import auth_server
from auth_server.authorization_request import AuthorizationRequest
from auth_server.client_authentication import Presented
from auth_server.config import Settings
from auth_server.defences import defences
from auth_server.errors import InvalidRequest
from auth_server.features import AuthorizationParameter, ClientAuthentication, Endpoint, Features, GrantType
from auth_server.models import Binding, Client, Tokens
from auth_server.parameters import optional
from auth_server.scopes import Scope
from auth_server.standards import STANDARDS, what_is_offered
from auth_server.store import store
from auth_server.tokens import new_grant, new_tokens
from tests.support.world import World, answered, basic, sent_back

ROOT = Path(auth_server.__file__).parents[1]


def world_with(valkey: str, *standards: Any) -> World:
    """Return a world whose server offers the core and these standards."""
    return World(valkey, features=what_is_offered(standards))


def metadata(world: World) -> dict[str, Any]:
    return dict(answered(world.ask("GET", "/.well-known/oauth-authorization-server"), 200).get_json())


def test_the_core_alone_is_the_code_flow_and_refresh_tokens(valkey: str) -> None:
    world = world_with(valkey)
    document = metadata(world)
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert document["response_modes_supported"] == ["query"]
    tokens = answered(world.redeem(world.code()), 200).get_json()
    answered(world.refresh(tokens["refresh_token"]), 200)


def test_client_credentials_are_struck(valkey: str) -> None:
    """Unknown to the token endpoint, to registration and to the metadata."""
    world = world_with(valkey, *[each for each in STANDARDS if each is not auth_server.client_credentials])
    assert "client_credentials" not in str(metadata(world))
    form = {"grant_type": "client_credentials", "scope": "balance:read"}
    answered(world.post("/token", form, basic("budget", "budget's secret: 100%")), 400, "unsupported_grant_type")
    answered(world.register(grant_types=["client_credentials"]), 400, "invalid_client_metadata")


def test_web_message_is_struck(valkey: str) -> None:
    """Unknown to the authorization endpoint and to the metadata, and its page and script are gone."""
    world = world_with(valkey, *[each for each in STANDARDS if each is not auth_server.web_message])
    assert "web_message" not in str(metadata(world))
    world.sign_in()
    sent_back(world.authorize("balance", response_mode="web_message"), "invalid_request")
    assert world.ask("GET", "/static/web_message/web_message.js").status_code == 404


def test_its_script_is_served_while_it_is_offered(world: World) -> None:
    with world.ask("GET", "/static/web_message/web_message.js") as answer:
        assert answer.status_code == 200


def test_no_folder_is_forgotten() -> None:
    """Each folder with `add_to` stands in the tuple, and import-linter protects it from the core."""
    folders = {path.parent.name for path in (ROOT / "auth_server").glob("*/__init__.py")}
    assert {each.__name__ for each in STANDARDS} == {f"auth_server.{name}" for name in folders}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [protected] = [each["protected_modules"] for each in contracts if each["type"] == "protected"]
    assert set(protected) == {each.__name__ for each in STANDARDS}


def test_no_server_starts_with_an_empty_key() -> None:
    """There is no fallback in the repository: a key that is not given is made, anew for each server."""
    assert Settings().secret_key != Settings().secret_key
    with pytest.raises(ValueError, match="secret_key"):
        Settings(secret_key="")


class Toy:
    """A standard that adds a row to every table; nothing else of the server is touched for it."""

    __name__ = "toy"
    bp = Blueprint("toy", __name__)

    @staticmethod
    def add_to(features: Features) -> None:
        """Add the rows."""
        features.endpoints["/toy"] = Endpoint(Toy.bp, "clients", "toy", any_origin_may_read=True)
        features.authorization_parameters["toy"] = AuthorizationParameter(Toy.checked)
        features.client_authentication["toy_assertion"] = ClientAuthentication(
            Toy.presented, Toy.proves, ("toy_proof",)
        )
        features.grant_types["urn:toy"] = GrantType(Toy.tokens, ("toy_grant",))
        features.access_token_formats["toy"] = lambda token: f"toy.{secrets.token_hex(16)}" if token.cnf else None
        features.bindings["toy"] = lambda: Binding("Toy", {"toy": "key"}) if "Toy" in request.headers else None
        features.token_response["toy_member"] = lambda tokens: "toy" if tokens.access.cnf else None
        features.introspection_response["toy_said"] = lambda token: "toy" if token.cnf else None
        features.metadata["toys_supported"] = lambda: ["toy"]
        features.scopes["toy:play"] = Scope("toy:play", "Play", "with toys")

    @staticmethod
    def checked(authorization_request: AuthorizationRequest) -> None:
        if authorization_request.get("toy") == "broken":
            raise InvalidRequest("the toy is broken")

    @staticmethod
    def presented() -> Presented | None:
        proof = optional("toy_proof")
        return Presented("toy_assertion", proof.removeprefix("signed by "), proof) if proof else None

    @staticmethod
    def proves(presented: Presented, client: Client) -> bool:
        return presented.credential == f"signed by {client.client_id}"

    @staticmethod
    def tokens(client: Client) -> Tokens:
        grant = new_grant(client, client.client_id, ("toy:play",))
        tokens = new_tokens(grant, grant.scope, grant.resource)
        store.begin_grant(grant)
        store.issue(tokens)
        return tokens


@Toy.bp.post("/toy")
def toy() -> dict[str, str]:
    return {"for": defences.client_is_authenticated().client_id}


@pytest.fixture
def with_toy(valkey: str) -> World:
    return world_with(valkey, *STANDARDS, Toy)


def test_the_metadata_say_all_that_a_standard_adds(with_toy: World) -> None:
    document = metadata(with_toy)
    assert document["toy_endpoint"].endswith("/toy") and document["toys_supported"] == ["toy"]
    assert "urn:toy" in document["grant_types_supported"] and "toy:play" in document["scopes_supported"]
    for endpoint in ("token", "revocation", "toy"):
        assert "toy_assertion" in document[f"{endpoint}_endpoint_auth_methods_supported"]
    by_secret = ["client_secret_basic", "client_secret_post"]
    assert document["introspection_endpoint_auth_methods_supported"] == by_secret


def test_a_client_that_proves_itself_by_other_means_has_no_second_way_in(with_toy: World) -> None:
    """It gets no secret that would work by Basic, and its name alone opens nothing."""
    metadata_of_client = {"token_endpoint_auth_method": "toy_assertion", "grant_types": ["urn:toy"]}
    client = answered(with_toy.register(**metadata_of_client), 201).get_json()
    assert "client_secret" not in client
    name, form = client["client_id"], {"grant_type": "urn:toy"}
    answered(with_toy.post("/token", form | {"client_id": name}), 401, "invalid_client")
    answered(with_toy.post("/token", form, basic(name, "")), 401, "invalid_client")
    answered(with_toy.post("/token", form | {"toy_proof": "signed by budget"}), 401, "invalid_client")
    answered(with_toy.post("/introspect", {"token": "x", "toy_proof": "signed by bank"}), 401, "invalid_client")
    proof = {"toy_proof": f"signed by {name}"}
    answered(with_toy.post("/token", form | {"toy_proof": ["a", "b"]}), 400, "invalid_request")
    answered(with_toy.post("/token", form | proof | {"toy_grant": ["a", "b"]}), 400, "invalid_request")
    assert answered(with_toy.post("/toy", proof), 200).get_json() == {"for": name}
    tokens = answered(with_toy.post("/token", form | proof, {"Toy": "yes"}), 200).get_json()
    assert (tokens["token_type"], tokens["toy_member"]) == ("Toy", "toy") and tokens["access_token"].startswith("toy.")
    said = with_toy.introspect(tokens["access_token"])
    assert (said["token_type"], said["cnf"], said["toy_said"]) == ("Toy", {"toy": "key"}, "toy")
    plain = answered(with_toy.post("/token", form | proof), 200).get_json()
    assert plain["token_type"] == "Bearer" and "toy_member" not in plain and "." not in plain["access_token"]


def test_a_parameter_of_the_authorization_request_is_checked_and_carried_on(with_toy: World) -> None:
    location = with_toy.authorize(toy="fine").headers["Location"]
    assert "toy%3Dfine" in location, "the sign-in page leads on to the same request"
    with_toy.sign_in()
    sent_back(with_toy.authorize(toy="broken"), "invalid_request")
    sent_back(with_toy.authorize(toy=["a", "b"]), "invalid_request")
    answered(with_toy.authorize(toy="fine"), 200)
