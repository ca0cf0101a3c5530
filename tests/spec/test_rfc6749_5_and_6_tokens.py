"""Token responses, refreshing, revocation, introspection (RFC 6749 §5 and §6, RFC 7009, RFC 7662)."""

import pytest

from tests.support.stops import stops
from tests.support.world import World, WrongAnswer, answered, basic


@stops("auth_server.client_is_authenticated")
def test_wrong_secret_is_told_with_a_challenge(world: World) -> None:
    """RFC 6749 §5.2-2."""
    answer = answered(world.token(secret="wrong", grant_type="client_credentials"), 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@stops("auth_server.grant_type_is_offered")
@pytest.mark.parametrize(
    ("grant_type", "error"),
    [(None, "invalid_request"), ("password", "unsupported_grant_type"), ("x", "unsupported_grant_type")],
)
def test_grant_type_is_checked(world: World, grant_type: str | None, error: str) -> None:
    """RFC 6749 §4.3-1, §5.2-1, §5.2-3."""
    answered(world.token(grant_type=grant_type), 400, error)


@stops("auth_server.parameters_are_not_repeated")
def test_only_post_and_no_parameter_twice(world: World) -> None:
    """RFC 6749 §3.2-1, §3.2-2."""
    answered(world.ask("GET", "/token"), 405, "invalid_request")
    answered(world.post("/token", {"grant_type": ["a", "b"]}), 400, "invalid_request")


@stops("auth_server.client_is_authenticated")
def test_confidential_client_must_authenticate(world: World) -> None:
    """RFC 6749 §3.2.1-1."""
    answered(world.redeem(world.code(), secret=None), 401, "invalid_client")


@stops("auth_server.method_is_the_registered_one")
def test_a_client_authenticates_by_the_method_that_it_registered(world: World) -> None:
    """RFC 7591 §2: the right secret by another way is no proof, and a name alone is none of a confidential client."""
    secret = {"client_id": "budget", "client_secret": "budget's secret: 100%"}
    form = {"grant_type": "client_credentials", "scope": "balance:read"}
    answered(world.post("/token", form | secret), 401, "invalid_client")
    answered(world.post("/revoke", {"token": "x"} | secret), 401, "invalid_client")
    answered(world.post("/revoke", {"token": "x", "client_id": "budget"}), 401, "invalid_client")
    answered(world.post("/revoke", {"token": "x"}, basic("budget", "budget's secret: 100%")), 200)


JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({}, {}),
        ({"client_id": "budget"}, {}),
        ({"client_id": "budget", "client_secret": "wrong"}, {}),
        ({"client_id": "nobody"}, {}),
        ({"client_assertion_type": JWT_BEARER, "client_assertion": "a.b.c"}, {}),
        ({}, basic("budget", "wrong")),
        ({}, {"Authorization": "Basic ==="}),
        ({}, {"Authorization": "Bearer x"}),
    ],
)
def test_every_401_carries_a_challenge(world: World, path: str, form: dict[str, str], headers: dict[str, str]) -> None:
    """RFC 9110 §11.6.1: whichever way the client tried."""
    body = {"token": "x", "grant_type": "refresh_token"} | form
    answer = answered(world.post(path, body, headers), 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="Bank ID"'


def test_without_a_challenge_there_is_no_401_at_the_sign_in_page(world: World) -> None:
    """RFC 9110 §11.6.1: a form is no authentication scheme."""
    answer = world.sign_in(password="wrong")
    assert answer.status_code == 403 and "WWW-Authenticate" not in answer.headers


@stops("auth_server.client_secret_guesses_are_limited")
def test_guessing_a_secret_is_slowed_for_the_guesser_alone(world: World) -> None:
    """RFC 6749 §2.3.1-3."""
    world.app.extensions["settings"].failed_client_secrets = 3
    code = world.code()
    for _ in range(3):
        answered(world.redeem(code, secret="a guess"), 401, "invalid_client")
    for _ in range(2):
        answered(world.redeem(code, secret="a guess"), 429, "temporarily_unavailable")
    answered(world.redeem(code), 200)  # who has the right one is not locked out by who has not


def test_one_authentication_method_a_request(world: World) -> None:
    """RFC 6749 §2.3-1."""
    form = {"client_id": "budget", "client_secret": "x", "grant_type": "client_credentials"}
    answered(world.post("/token", form, basic("budget", "budget's secret: 100%")), 400, "invalid_request")


def test_responses_are_not_cached(world: World) -> None:
    """RFC 6749 §5.1-2."""
    for answer in (world.redeem(world.code()), world.token(grant_type="x")):
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["Pragma"] == "no-cache"


@stops("auth_server.refresh_token_is_used_once")
def test_refresh_token_is_rotated_and_reuse_ends_the_family(world: World) -> None:
    """RFC 9700 §2.2.2-1, §4.14.2-1."""
    first = answered(world.redeem(world.code()), 200).get_json()
    second = answered(world.refresh(first["refresh_token"]), 200).get_json()
    answered(world.refresh(first["refresh_token"]), 400, "invalid_grant")
    answered(world.refresh(second["refresh_token"]), 400, "invalid_grant")
    assert world.introspect(second["access_token"]) == {"active": False}


@stops("auth_server.refreshed_scope_is_not_wider")
def test_refreshing_may_narrow_and_never_widen(world: World) -> None:
    """RFC 6749 §6-3, §6-4."""
    scope = "balance:read transactions:read offline_access"
    tokens = answered(world.redeem(world.code(scope=scope)), 200).get_json()
    answered(world.refresh(tokens["refresh_token"], scope="transfers:write"), 400, "invalid_scope")
    narrow = answered(world.refresh(tokens["refresh_token"], scope="balance:read"), 200).get_json()
    assert narrow["scope"] == "balance:read"
    assert answered(world.refresh(narrow["refresh_token"]), 200).get_json()["scope"] == scope


@stops("auth_server.refresh_token_belongs_to_client")
def test_refresh_token_is_bound_to_its_client(world: World) -> None:
    """RFC 6749 §6-1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    answered(world.refresh(tokens["refresh_token"], "balance"), 400, "invalid_grant")


def test_client_credentials_are_for_confidential_clients(world: World) -> None:
    """RFC 6749 §4.4-1, §4.4.3-1."""
    metadata = {"grant_types": ["client_credentials"], "scope": "balance:read"}
    client = answered(world.register(**metadata), 201).get_json()
    header = basic(client["client_id"], client["client_secret"])
    tokens = answered(
        world.post("/token", {"grant_type": "client_credentials", "scope": "balance:read"}, header), 200
    ).get_json()
    assert "refresh_token" not in tokens
    assert world.introspect(tokens["access_token"])["sub"] == client["client_id"]


def test_revoking_a_refresh_token_ends_its_access_tokens(world: World) -> None:
    """RFC 7009 §2.1-3, §2.1-4."""
    tokens = answered(world.redeem(world.code("balance"), "balance"), 200).get_json()
    form = {"token": tokens["refresh_token"], "client_id": "balance", "token_type_hint": "access_token"}
    answered(world.post("/revoke", form), 200)
    assert world.introspect(tokens["access_token"]) == {"active": False}


@stops("auth_server.token_belongs_to_revoker")
def test_only_the_owner_may_revoke(world: World) -> None:
    """RFC 7009 §2.1-2, §2.2-1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    answered(world.post("/revoke", {"token": tokens["access_token"], "client_id": "balance"}), 400, "invalid_grant")
    assert world.introspect(tokens["access_token"])["active"] is True
    answered(world.post("/revoke", {"token": "unknown", "client_id": "balance"}), 200)


@stops("auth_server.caller_may_introspect")
def test_introspection_is_for_resource_servers(world: World) -> None:
    """RFC 7662 §2.1-1."""
    answered(world.post("/introspect", {"token": "x"}), 401, "invalid_client")
    answered(world.post("/introspect", {"token": "x"}, basic("budget", "budget's secret: 100%")), 401, "invalid_client")


def test_expired_token_is_inactive_by_the_second(world: World) -> None:
    """RFC 7662 §4-1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    world.time += tokens["expires_in"]
    assert world.introspect(tokens["access_token"]) == {"active": False}


@stops("auth_server.redirect_uri_may_be_registered")
@pytest.mark.parametrize("uri", ["http://example.org/cb", "https://x/cb#x", "/cb", "app-foo://x"])
def test_redirect_uris_are_checked_at_registration(world: World, uri: str) -> None:
    """RFC 9700 §2.6-3, RFC 6749 §3.1.2-1, RFC 8252 §8.4-1."""
    answered(world.register(redirect_uris=[uri], application_type="native"), 400, "invalid_redirect_uri")


@pytest.mark.parametrize("uri", ["web+piggy://auth_code_handler", "com.example.app:/callback"])
def test_only_a_native_client_has_a_scheme_of_its_own(world: World, uri: str) -> None:
    """RFC 8252 §8.4-1: with a reverse domain name, or `web+`, which is all that a browser lets a page claim."""
    answered(world.register(redirect_uris=[uri], application_type="native"), 201)
    answered(world.register(redirect_uris=[uri]), 400, "invalid_redirect_uri")


@stops("auth_server.client_id_is_chosen_by_us")
def test_client_id_is_chosen_by_the_server(world: World) -> None:
    """RFC 7591 §5-2."""
    answer = world.register(client_id="alice", redirect_uris=["https://example.org/cb"])
    if answered(answer, 201).get_json()["client_id"] == "alice":
        raise WrongAnswer("the client chose its own client_id")


def test_metadata_names_what_works(world: World) -> None:
    """RFC 8414 §2-1, §2-2."""
    document = answered(world.ask("GET", "/.well-known/oauth-authorization-server"), 200).get_json()
    assert document["issuer"] == "http://auth.localhost:9000"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
