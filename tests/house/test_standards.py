"""A standard is a folder and a row: struck from the tuple it is gone, metadata and all; the core imports none."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import auth_server
from auth_server.config import Settings
from auth_server.standards import STANDARDS, what_is_offered
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
