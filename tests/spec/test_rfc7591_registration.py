"""Dynamic client registration (RFC 7591 §2 and §3)."""

import pytest

from tests.support.stops import stops
from tests.support.world import AUTH, World, answered, sent_back

CALLBACK = "https://example.org/callback"


def test_minimal_request_gets_the_defaults(world: World) -> None:
    """RFC 7591 §2-1, §3.2.1-2."""
    client = answered(world.register(redirect_uris=[CALLBACK]), 201).get_json()
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert client["grant_types"] == ["authorization_code"] and client["response_types"] == ["code"]
    assert client["redirect_uris"] == [CALLBACK]


def test_answer_has_a_secret_for_those_who_keep_one(world: World) -> None:
    """RFC 7591 §3.2.1-1."""
    answer = answered(world.register(redirect_uris=[CALLBACK]), 201)
    first = answer.get_json()
    assert first["client_secret"] and "client_secret_expires_at" in first
    assert answer.headers["Cache-Control"] == "no-store"
    public = world.register(redirect_uris=[CALLBACK], token_endpoint_auth_method="none")
    second = answered(public, 201).get_json()
    assert "client_secret" not in second and second["client_id"] != first["client_id"]


def test_errors_are_told_apart(world: World) -> None:
    """RFC 7591 §2-2, §2.1-1, §3.2.2-1."""
    answered(world.register(), 400, "invalid_redirect_uri")
    mixed = world.register(redirect_uris=[CALLBACK], grant_types=["client_credentials"], response_types=["code"])
    answered(mixed, 400, "invalid_client_metadata")


def test_a_scope_that_buys_refresh_tokens_needs_their_grant(world: World) -> None:
    """A client that names no scope gets what its grants can use (RFC 7591 §2)."""
    both = ["authorization_code", "refresh_token"]
    without, with_it = (
        answered(world.register(redirect_uris=[CALLBACK], **grants), 201).get_json()["scope"].split()
        for grants in ({}, {"grant_types": both})
    )
    assert "offline_access" not in without and set(with_it) - set(without) == {"offline_access"}
    refused = world.register(redirect_uris=[CALLBACK], scope="balance:read offline_access")
    assert "refresh_token" in answered(refused, 400, "invalid_client_metadata").get_json()["error_description"]
    answered(world.register(redirect_uris=[CALLBACK], scope="offline_access", grant_types=both), 201)


def test_form_is_not_a_registration(world: World) -> None:
    """RFC 7591 §3.1-1."""
    form = {"redirect_uris": CALLBACK}
    answered(world.back_channel.post("/register", data=form, base_url=AUTH), 400, "invalid_client_metadata")


@stops("auth_server.new_client_gets_modest_scopes")
@pytest.mark.parametrize(
    "name",
    ["Budget", "BALANCE ", "b\u00fcdget", "B u d g e t", "Bank Security", "My-B\uff41nk", "\u0412udget", "Budg\u0435t"],
)
def test_a_stranger_takes_no_name_that_people_trust(world: World, name: str) -> None:
    """The consent page would speak in another's name (RFC 7591 §5)."""
    answered(world.register(redirect_uris=[CALLBACK], client_name=name), 400, "invalid_client_metadata")
    answered(world.register(redirect_uris=[CALLBACK], client_name="Ledgerly"), 201)
    answered(world.register(redirect_uris=[CALLBACK], client_name="\u041a\u043d\u0438\u0433\u0430 \u65e5\u672c"), 201)


@stops("auth_server.new_client_gets_modest_scopes")
def test_a_stranger_cannot_ask_for_the_money(world: World) -> None:
    """The answer says what was registered instead, and a link for more is refused (RFC 7591 §5, §3.2.1-2)."""
    metadata = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    client = answered(world.register(scope="balance:read transfers:write", **metadata), 201).get_json()
    world.sign_in()
    answer = world.authorize(client["client_id"], redirect_uri=CALLBACK, scope="transfers:write")
    sent_back(answer, "invalid_scope")
    assert client["scope"] == "balance:read"
