"""Endpoints, authentication and response details (RFC 6749 §2, §3, §4.1.2, §5, §6, §10)."""

from werkzeug.test import TestResponse

from tests.support.world import (
    BUDGET_CALLBACK,
    VERIFIER,
    World,
    answered,
    basic,
    digest,
    left_to_the_user,
    sent_back,
    stopped_on_a_page,
)

AWKWARD_STATE = "a b&c=d%20#\"'<>+/\\"
CALLBACK = "https://example.org/callback"


def with_client(world: World, **metadata: object) -> str:
    grants = {"grant_types": ["authorization_code", "refresh_token"]}
    return str(answered(world.register(**grants | metadata), 201).get_json()["client_id"])


def asked(world: World, client_id: str, redirect_uri: str | None) -> TestResponse:
    world.sign_in()
    return world.authorize(client_id=client_id, redirect_uri=redirect_uri)


def test_secret_may_hold_any_character(valkey: str) -> None:
    """RFC 6749 §2.3.1-1."""
    world = World(valkey, budget_secret_sha256=digest("a:b%c d+é"))
    answered(world.redeem(world.code(), secret="a:b%c d+é"), 200)


def test_credentials_in_the_query_do_not_count(world: World) -> None:
    """RFC 6749 §2.3.1-2."""
    form = {"grant_type": "authorization_code", "code": world.code(), "redirect_uri": BUDGET_CALLBACK}
    query = "client_id=budget&client_secret=budget%27s+secret%3A+100%25"
    answered(world.post(f"/token?{query}", form | {"code_verifier": VERIFIER}), 401, "invalid_client")


def test_request_by_get_leads_to_a_page(world: World) -> None:
    """RFC 6749 §3.1-1."""
    world.sign_in()
    answered(world.authorize(), 200)


def test_empty_and_unknown_parameters_are_absent(world: World) -> None:
    """RFC 6749 §3.1-2."""
    world.sign_in()
    told = sent_back(world.decide(world.authorize(foo="1", state="")))
    assert "state" not in told and "foo" not in told
    sent_back(world.authorize("balance", response_type=""), "invalid_request")


def test_unknown_response_type_is_refused(world: World) -> None:
    """RFC 6749 §3.1.1-2."""
    world.sign_in()
    sent_back(world.authorize(response_type="token"), "unsupported_response_type")


def test_query_of_a_redirect_uri_is_kept(world: World) -> None:
    """RFC 6749 §3.1.2-2."""
    uri = f"{CALLBACK}?a=1"
    page = asked(world, with_client(world, redirect_uris=[uri]), uri)
    told = sent_back(world.decide(page))
    assert told["a"] == "1" and told["code"]


def test_public_client_registers_where_it_is_sent(world: World) -> None:
    """RFC 6749 §3.1.2.2-1."""
    answered(world.register(token_endpoint_auth_method="none"), 400, "invalid_redirect_uri")


def test_of_several_redirect_uris_one_is_named(world: World) -> None:
    """RFC 6749 §3.1.2.3-1."""
    client_id = with_client(world, redirect_uris=[CALLBACK, f"{CALLBACK}/2"])
    stopped_on_a_page(asked(world, client_id, None))


def test_public_client_names_itself(world: World) -> None:
    """RFC 6749 §3.2.1-2."""
    answered(world.redeem(world.code("balance"), "balance", client_id=None), 401, "invalid_client")


def test_state_comes_back_unchanged(world: World) -> None:
    """RFC 6749 §4.1.2-4."""
    world.sign_in()
    assert sent_back(world.decide(world.authorize(state=AWKWARD_STATE), state=AWKWARD_STATE))["state"] == AWKWARD_STATE


def test_client_without_the_code_flow_is_refused(world: World) -> None:
    """RFC 6749 §4.1.2.1-3."""
    client_id = with_client(world, grant_types=["client_credentials"], redirect_uris=[CALLBACK])
    left_to_the_user(asked(world, client_id, CALLBACK), "unauthorized_client")


def test_token_response_is_complete_and_short_lived(world: World) -> None:
    """RFC 6749 §5.1-1, RFC 6750 §5.3-1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    assert tokens["access_token"] and tokens["token_type"] == "Bearer"
    assert 0 < tokens["expires_in"] <= 3600


def test_descriptions_hold_allowed_characters_only(world: World) -> None:
    """RFC 6749 §5.2-4."""
    for answer in (world.token(grant_type='"\\é'), world.refresh('"\\é')):
        text = answered(answer, 400, answer.get_json()["error"]).get_json()["error_description"]
        assert all(" " <= character <= "~" and character not in '"\\' for character in text)


def test_confidential_client_authenticates_to_refresh(world: World) -> None:
    """RFC 6749 §6-2."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    answered(world.refresh(tokens["refresh_token"], secret=None), 401, "invalid_client")


def test_client_name_is_shown_as_text(world: World) -> None:
    """RFC 6749 §10.14-1."""
    client_id = with_client(world, client_name="<b>bold</b>", redirect_uris=[CALLBACK])
    page = answered(asked(world, client_id, CALLBACK), 200).text
    assert "<b>bold" not in page and "&lt;b&gt;bold" in page


def test_tokens_of_both_kinds_can_be_revoked(world: World) -> None:
    """RFC 7009 §2-1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    header = basic("budget", "budget's secret: 100%")
    assert answered(world.post("/revoke", {"token": tokens["access_token"]}, header), 200).get_json() == {}
    assert world.introspect(tokens["access_token"]) == {"active": False}
    answered(world.post("/revoke", {"token": tokens["refresh_token"]}, header), 200)
    answered(world.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_revoking_needs_a_client_and_a_token(world: World) -> None:
    """RFC 7009 §2.1-1, §2.2.1-1."""
    answered(world.post("/revoke", {"token": "x"}, basic("budget", "wrong")), 401, "invalid_client")
    answered(world.post("/revoke", {"client_id": "balance"}), 400, "invalid_request")
