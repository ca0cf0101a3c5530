"""A standard is a folder and a row: struck from the tuple it is gone, metadata and all; the core imports none."""

import re
import secrets
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Blueprint, Response, request

import auth_server
from auth_server.authorization_request import AuthorizationRequest
from auth_server.client_authentication import Presented
from auth_server.client_metadata import Registration
from auth_server.config import Settings
from auth_server.defences import Defences, defences
from auth_server.errors import InvalidClientMetadata, InvalidGrant, InvalidRequest
from auth_server.features import (
    AuthorizationParameter,
    CarriedByCode,
    ClientAuthentication,
    ClientMetadata,
    Endpoint,
    Features,
    GrantType,
    ResponseMode,
)
from auth_server.models import Binding, Client, Code, Tokens
from auth_server.parameters import optional
from auth_server.scopes import Scope
from auth_server.standards import STANDARDS, what_is_offered
from auth_server.store import store
from auth_server.tokens import new_grant, new_tokens
from labs.worlds import composed
from tests.support.world import BUDGET_CALLBACK, VERIFIER, World, answered, basic, sent_back

ROOT = Path(auth_server.__file__).parents[1]
HTTPS_CALLBACK = "https://toys.example/callback"
LOADED = 'import_module(f"auth_server.{name}.rows")'  # by the tuple, and nowhere else


def world_with(valkey: str, *standards: str, **options: Any) -> World:
    """Return a world whose server offers the core and these standards."""
    return World(valkey, features=what_is_offered(standards), **options)


def all_but(struck: str) -> list[str]:
    assert struck in STANDARDS
    return [name for name in STANDARDS if name != struck]


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
    world = world_with(valkey, *all_but("client_credentials"))
    assert "client_credentials" not in str(metadata(world))
    assert not hasattr(world.app.extensions["defences"], "public_client_has_no_secret")
    form = {"grant_type": "client_credentials", "scope": "balance:read"}
    answered(world.post("/token", form, basic("budget", "budget's secret: 100%")), 400, "unsupported_grant_type")
    answered(world.register(grant_types=["client_credentials"]), 400, "invalid_client_metadata")


def test_web_message_is_struck(valkey: str) -> None:
    """Unknown to the authorization endpoint and to the metadata, and its page and script are gone."""
    world = world_with(valkey, *all_but("web_message"))
    assert "web_message" not in str(metadata(world))
    assert not hasattr(world.app.extensions["defences"], "message_goes_to_the_registered_origin")
    world.sign_in()
    sent_back(world.authorize("balance", response_mode="web_message"), "invalid_request")
    assert world.ask("GET", "/static/web_message/web_message.js").status_code == 404


def test_its_script_is_served_while_it_is_offered(world: World) -> None:
    with world.ask("GET", "/static/web_message/web_message.js") as answer:
        assert answer.status_code == 200


def test_a_standard_is_a_folder_and_a_name() -> None:
    """Each folder stands in the tuple, and nothing else in the repository names one for what it is."""
    folders = {path.parent.name for path in (ROOT / "auth_server").glob("*/__init__.py")}
    assert set(STANDARDS) == folders and all((ROOT / "auth_server" / name / "rows.py").is_file() for name in folders)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [protected] = [contract for contract in contracts if contract["type"] == "protected"]
    assert protected["protected_modules"] == protected["allowed_importers"] == ["auth_server.*.*"]
    core = "".join(path.read_text() for path in (ROOT / "auth_server").glob("*.py"))
    assert not re.findall(rf"import_module\(|auth_server\.(?:{'|'.join(folders)})", core.replace(LOADED, ""))


def test_a_defence_stands_in_one_file() -> None:
    """A standard brings its own, and does not change one of the core's unseen: the labs show the method that runs."""
    layers = what_is_offered().defences_class().__mro__[1:-1]
    names = [name for layer in layers for name, value in vars(layer).items() if callable(value)]
    assert len(names) == len(set(names)) and len(layers) == 1 + len(list((ROOT / "auth_server").glob("*/defences.py")))


def test_no_server_starts_with_an_empty_key() -> None:
    """There is no fallback in the repository: a key that is not given is made, anew for each server."""
    assert Settings().secret_key != Settings().secret_key
    with pytest.raises(ValueError, match="secret_key"):
        Settings(secret_key="")


class DefencesOfToy(Defences):
    """The core's, and one that the toy brings."""

    def toy_is_not_broken(self, toy: str | None) -> None:
        if toy == "broken":
            raise InvalidRequest("the toy is broken")


class Toy:
    """A standard that adds a row to every table; nothing else of the server is touched for it."""

    bp = Blueprint("toy", __name__)
    page = Blueprint("toy_page", __name__)

    @staticmethod
    def add_to(features: Features) -> None:
        """Add the rows."""
        features.blueprints.append(Toy.page)
        features.defences.append(DefencesOfToy)
        features.endpoints["/toy"] = Endpoint(Toy.bp, "clients", "toy", any_origin_may_read=True)
        features.authorization_parameters["toy"] = AuthorizationParameter(Toy.checked)
        features.response_types["toy"] = lambda authorization_request, approval: Response(
            "a toy", mimetype="text/plain"
        )
        features.response_modes["toy"] = ResponseMode(lambda address, parameters: Response("by toy"))
        features.code_challenge_methods["toy"] = lambda verifier: f"toy.{verifier}"
        features.client_authentication["toy_assertion"] = ClientAuthentication(
            Toy.presented, Toy.proves, ("toy_proof",)
        )
        features.client_metadata["toy_key"] = ClientMetadata(Toy.registered)
        features.carried_by_codes["toy"] = CarriedByCode(Toy.carried, Toy.redeemed)
        features.grant_types["urn:toy"] = GrantType(Toy.tokens, ("toy_grant",))
        features.access_token_formats["toy"] = lambda token: f"toy.{secrets.token_hex(16)}" if token.cnf else None
        features.bindings["toy"] = lambda: Binding("Toy", {"toy": "key"}) if "Toy" in request.headers else None
        features.token_response["toy_member"] = lambda tokens: "toy" if tokens.access.cnf else None
        features.token_response["toy_of_the_code"] = lambda tokens: tokens.carried.get("toy")
        features.introspection_response["toy_said"] = lambda token: "toy" if token.cnf else None
        features.metadata["toys_supported"] = lambda: ["toy"]
        features.scopes["toy:play"] = Scope("toy:play", "Play", "with toys")

    @staticmethod
    def checked(authorization_request: AuthorizationRequest) -> None:
        cast("DefencesOfToy", defences).toy_is_not_broken(authorization_request.get("toy"))

    @staticmethod
    def registered(registration: Registration) -> str | None:
        """Accept a key, and only from a client that proves itself by one: the core's rows stand above this one."""
        key = registration.text("toy_key", "")
        if key and registration.accepted["token_endpoint_auth_method"] != "toy_assertion":
            raise InvalidClientMetadata("toy_key belongs to toy_assertion")
        return key or None

    @staticmethod
    def carried(authorization_request: AuthorizationRequest) -> str | None:
        return authorization_request.get("toy")

    @staticmethod
    def redeemed(code: Code) -> None:
        if code.carried["toy"] == "sealed" and "Toy" not in request.headers:
            raise InvalidGrant("this code was sealed with a toy")

    @staticmethod
    def presented() -> Presented | None:
        proof = optional("toy_proof")
        return Presented("toy_assertion", proof.removeprefix("signed by "), proof) if proof else None

    @staticmethod
    def proves(presented: Presented, client: Client) -> bool:
        """Compare with the key that the client registered."""
        return presented.credential == f"signed by {client.client_id}" and client.registered("toy_key") == "a key"

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


@Toy.page.get("/toys")
def toys() -> str:
    return "all toys"


def redeemed_beside_a_toy(world: World, code: str, **changes: str) -> dict[str, Any]:
    """Redeem a code of Budget's with the header that a sealed one asks for."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BUDGET_CALLBACK}
    headers = basic("budget", "budget's secret: 100%") | {"Toy": "yes"}
    return dict(answered(world.post("/token", form | {"code_verifier": VERIFIER} | changes, headers), 200).get_json())


def offer(*, toy: bool) -> Features:
    """Return what a server offers whose tuple of standards names the toy, or does not."""
    features = what_is_offered()
    if toy:
        Toy.add_to(features)
    return features


@pytest.fixture
def with_toy(valkey: str) -> World:
    return World(valkey, features=offer(toy=True))


def test_the_toy_has_a_row_in_every_table() -> None:
    """So a table that is added to the features is tried by the tests below."""
    core, more = offer(toy=False), offer(toy=True)
    assert [table.name for table in fields(Features) if getattr(core, table.name) == getattr(more, table.name)] == []


def test_struck_it_is_gone_from_metadata_and_from_what_the_server_does(valkey: str) -> None:
    world = World(valkey, features=offer(toy=False))
    assert "toy" not in str(metadata(world))
    answered(world.post("/toy", {"toy_proof": "signed by budget"}), 404)
    assert world.ask("GET", "/toys").status_code == 404
    assert not hasattr(world.app.extensions["defences"], "toy_is_not_broken")
    answered(world.register(token_endpoint_auth_method="toy_assertion"), 400, "invalid_client_metadata")
    answered(world.register(grant_types=["urn:toy"]), 400, "invalid_client_metadata")
    answered(world.register(response_types=["code", "toy"]), 400, "invalid_client_metadata")
    answered(world.register(scope="toy:play"), 400, "invalid_client_metadata")
    registered = answered(world.register(toy_key="a key", redirect_uris=[HTTPS_CALLBACK]), 201).get_json()
    assert "toy_key" not in registered
    budget = basic("budget", "budget's secret: 100%")
    answered(world.post("/token", {"grant_type": "urn:toy"}, budget), 400, "unsupported_grant_type")
    world.sign_in()
    sent_back(world.authorize(response_mode="toy"), "invalid_request")
    sent_back(world.authorize(code_challenge_method="toy"), "invalid_request")
    answered(world.authorize(toy="broken"), 200)
    tokens = redeemed_beside_a_toy(world, world.code(toy="sealed"))
    assert tokens["token_type"] == "Bearer" and not [name for name in tokens if "toy" in name]
    assert "toy" not in str(world.introspect(tokens["access_token"]))


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
    metadata_of_client = {"token_endpoint_auth_method": "toy_assertion", "grant_types": ["urn:toy"], "toy_key": "a key"}
    client = answered(with_toy.register(**metadata_of_client), 201).get_json()
    assert "client_secret" not in client and client["toy_key"] == "a key"
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


def test_what_a_client_registers_is_checked_by_its_row_and_kept(with_toy: World) -> None:
    """Another client's answer does not name what it did not register (RFC 7591 §3.2.1)."""
    uris = {"redirect_uris": [HTTPS_CALLBACK]}
    answered(with_toy.register(toy_key="a key", **uris), 400, "invalid_client_metadata")
    answered(with_toy.register(toy_key=7, **uris), 400, "invalid_client_metadata")
    assert "toy_key" not in answered(with_toy.register(**uris), 201).get_json()


def test_a_code_carries_what_a_row_reads_and_is_redeemed_only_where_it_agrees(with_toy: World) -> None:
    with_toy.sign_in()
    sealed = with_toy.code(toy="sealed")
    answered(with_toy.redeem(sealed), 400, "invalid_grant")
    tokens = redeemed_beside_a_toy(with_toy, sealed)  # refused, it was not used up
    assert tokens["toy_of_the_code"] == "sealed"
    assert "toy_of_the_code" not in answered(with_toy.refresh(tokens["refresh_token"]), 200).get_json()
    assert "toy_of_the_code" not in answered(with_toy.redeem(with_toy.code()), 200).get_json()


def test_a_response_type_a_response_mode_and_a_challenge_method_are_a_row_each(with_toy: World) -> None:
    with_toy.sign_in()
    metadata_of_client = {"redirect_uris": [HTTPS_CALLBACK], "response_types": ["code", "toy"]}
    client_id = answered(with_toy.register(**metadata_of_client), 201).get_json()["client_id"]
    page = with_toy.authorize(client_id, redirect_uri=HTTPS_CALLBACK, response_type="toy", scope="balance:read")
    assert answered(with_toy.decide(page), 200).text == "a toy"
    assert answered(with_toy.decide(with_toy.authorize(response_mode="toy")), 200).text == "by toy"
    code = with_toy.code(code_challenge=f"toy.{VERIFIER}", code_challenge_method="toy")
    answered(with_toy.redeem(code), 200)
    assert with_toy.ask("GET", "/toys").text == "all toys"


def test_a_lab_takes_away_the_defence_of_a_standard_and_no_other(valkey: str) -> None:
    class Weakness(DefencesOfToy):
        def toy_is_not_broken(self, toy: str | None) -> None:
            """Look at no toy."""

    features = offer(toy=True)
    secure = features.defences_class()
    assert composed(secure, ()) is secure
    world = World(valkey, composed(secure, [Weakness])(), features=features)
    world.sign_in()
    answered(world.authorize(toy="broken"), 200)
    sent_back(world.authorize("balance", code_challenge=None), "invalid_request")
