"""Authorization code grant (RFC 6749 §4.1) with PKCE (RFC 7636 §4)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.stops import stops
from tests.support.world import (
    BALANCE_CALLBACK,
    BUDGET_CALLBACK,
    World,
    answered,
    sent_back,
    stopped_on_a_page,
    went_to,
)


def test_a_confidential_client_trades_its_code_for_tokens(world: World) -> None:
    """RFC 6749 §4.1.4, §5.1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["scope"] == "balance:read offline_access"
    assert world.introspect(tokens["access_token"])["sub"] == "alice"


def test_a_public_client_needs_its_verifier_only(world: World) -> None:
    """RFC 7636 §4.5."""
    answered(world.redeem(world.code("balance"), "balance"), 200)


@stops("auth_server.code_is_used_once")
def test_code_cannot_be_used_twice_and_replay_revokes(world: World) -> None:
    """RFC 6749 §4.1.2-2, §4.1.2-3."""
    code = world.code()
    tokens = answered(world.redeem(code), 200).get_json()
    answered(world.redeem(code), 400, "invalid_grant")
    assert world.introspect(tokens["access_token"]) == {"active": False}
    answered(world.refresh(tokens["refresh_token"]), 400, "invalid_grant")


@stops("auth_server.code_is_used_once")
def test_of_a_hundred_in_parallel_one_is_answered_and_then_revoked(world: World) -> None:
    """RFC 6749 §4.1.2."""
    code = world.code()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: world.redeem(code), range(100)))
    won = [answer.get_json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert world.introspect(won[0]["access_token"]) == {"active": False}


@stops("auth_server.code_has_not_expired")
def test_expired_code_is_refused(world: World) -> None:
    """RFC 6749 §4.1.2-1, §4.1.3-3."""
    code = world.code()
    world.time += 60
    answered(world.redeem(code), 400, "invalid_grant")


@stops("auth_server.code_belongs_to_client")
def test_code_of_another_client_is_refused(world: World) -> None:
    """RFC 6749 §4.1.3-1."""
    answered(world.redeem(world.code(), "balance", redirect_uri=BUDGET_CALLBACK), 400, "invalid_grant")


@stops("auth_server.redirect_uri_is_unchanged")
@pytest.mark.parametrize("redirect_uri", [None, BALANCE_CALLBACK])
def test_redirect_uri_at_the_token_endpoint_is_the_same(world: World, redirect_uri: str | None) -> None:
    """RFC 6749 §4.1.3-2."""
    answered(world.redeem(world.code(), redirect_uri=redirect_uri), 400, "invalid_grant")


@stops("auth_server.redirect_uri_is_unchanged")
def test_another_redirect_uri_of_the_same_client_is_another(world: World) -> None:
    """RFC 6749 §4.1.3-2."""
    first, second = "https://example.org/callback", "https://example.org/callback/2"
    public = {"redirect_uris": [first, second], "token_endpoint_auth_method": "none"}
    client = answered(world.register(**public), 201).get_json()["client_id"]
    code = world.code(client, redirect_uri=first, scope="balance:read")
    answered(world.redeem(code, client, redirect_uri=second), 400, "invalid_grant")
    answered(world.redeem(code, client, redirect_uri=first), 200)


@stops("auth_server.verifier_matches_challenge")
@pytest.mark.parametrize("verifier", [None, "b" * 43])
def test_wrong_verifier_is_refused_and_burns_nothing(world: World, verifier: str | None) -> None:
    """RFC 7636 §4.6-1, RFC 6749 §4.1.3-4."""
    code = world.code()
    answered(world.redeem(code, code_verifier=verifier), 400, "invalid_grant")
    answered(world.redeem(code), 200)


@stops("auth_server.verifier_is_well_formed")
@pytest.mark.parametrize("length", [42, 129])
def test_verifier_of_a_wrong_length_is_refused(world: World, length: int) -> None:
    """RFC 7636 §4.1-2."""
    answered(world.redeem(world.code(), code_verifier="a" * length), 400, "invalid_request")


@stops("auth_server.challenge_method_is_s256")
@pytest.mark.parametrize("method", [None, "plain", "S512"])
def test_only_s256_is_accepted(world: World, method: str | None) -> None:
    """RFC 7636 §4.3-1, §4.4.1-2."""
    world.sign_in()
    sent_back(world.authorize(code_challenge_method=method), "invalid_request")


@stops("auth_server.challenge_is_present", "auth_server.response_type_is_code")
@pytest.mark.parametrize("changed", [{"code_challenge": None}, {"response_type": None}])
def test_missing_parameters_go_back_by_redirect(world: World, changed: dict[str, Any]) -> None:
    """RFC 7636 §4.4.1-1, RFC 6749 §3.1.1-1."""
    world.sign_in()
    told = sent_back(world.authorize(**changed), "invalid_request")
    assert told["state"] == "a-state" and told["iss"] == "http://auth.localhost:9000"


@stops("auth_server.scope_is_allowed")
@pytest.mark.parametrize("scope", [None, "", "nonsense"])
def test_scope_must_be_named_and_known(world: World, scope: str | None) -> None:
    """RFC 6749 §3.3-2, §4.1.2.1-1."""
    world.sign_in()
    sent_back(world.authorize(scope=scope), "invalid_scope")


@stops("auth_server.redirect_uri_is_registered")
@pytest.mark.parametrize(
    "uri",
    [
        "http://budget.localhost:9002/callback/",
        "http://budget.localhost:9002/Callback",
        "http://budget.localhost:9002/callback?a=1",
        "http://budget.localhost:9999/callback",
        "http://attacker.localhost:9666/callback",
        "http://attacker.localhost/?http://budget.localhost:9002/callback",
    ],
)
def test_redirect_uri_is_compared_as_a_string(world: World, uri: str) -> None:
    """RFC 6749 §3.1.2.3-2, §3.1.2.4-1."""
    world.sign_in()
    stopped_on_a_page(world.authorize(redirect_uri=uri, scope="nonsense", response_type="token"))


@stops("auth_server.client_is_known")
def test_unknown_client_gets_a_page(world: World) -> None:
    """RFC 6749 §4.1.1-1."""
    stopped_on_a_page(world.authorize(client_id="nobody"))


def test_the_user_can_say_no(world: World) -> None:
    """RFC 6749 §4.1.2.1-2, RFC 9207 §2-2."""
    world.sign_in()
    told = sent_back(world.decide(world.authorize(), "deny"), "access_denied")
    assert told["iss"] == "http://auth.localhost:9000"


@stops("auth_server.form_token_matches")
def test_consent_without_the_form_token_is_refused(world: World) -> None:
    """RFC 6749 §10.12-2."""
    world.sign_in()
    stopped_on_a_page(world.decide(world.authorize(), csrf_token=None), 403)


@stops("auth_server.public_client_asks_again")
def test_consent_is_remembered_for_confidential_clients_only(world: World) -> None:
    """RFC 6749 §10.2-1."""
    world.code(), world.code("balance")
    sent_back(world.authorize())
    stopped_on_a_page(world.authorize("balance"), 200)


def test_user_can_allow_less(world: World) -> None:
    """RFC 6749 §3.3-1."""
    world.sign_in()
    page = world.authorize(scope="balance:read transfers:write")
    code = sent_back(world.decide(page, scope=["balance:read"]))["code"]
    assert answered(world.redeem(code), 200).get_json()["scope"] == "balance:read"


@stops("auth_server.error_waits_for_the_user")
def test_errors_wait_for_sign_in(world: World) -> None:
    """RFC 9700 §4.11.2-1."""
    answer = world.authorize(scope="nonsense")
    went_to(answer, "/login?")


@stops("auth_server.next_stays_on_this_site")
def test_sign_in_leads_back_to_the_request_and_nowhere_else(world: World) -> None:
    """RFC 6749 §10.15-1."""
    went_to(world.sign_in(next="//attacker.localhost/"), "/apps")
    assert world.sign_in(next="/authorize?client_id=x").headers["Location"] == "/authorize?client_id=x"


@stops("auth_server.sign_in_guesses_are_limited")
def test_guesses_are_limited(world: World) -> None:
    """RFC 6749 §10.10."""
    for _ in range(10):
        assert world.sign_in(password="wrong").status_code == 403
    stopped_on_a_page(world.sign_in(), 429)


def test_guesses_that_come_together_are_counted_like_any_others(world: World) -> None:
    """RFC 6749 §10.10."""
    form = {"username": "alice", "csrf_token": world.form_token(world.ask("GET", "/login")), "password": "wrong"}
    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: world.ask("POST", "/login", data=form).status_code, range(32)))
    assert sorted(statuses) == [403] * 10 + [429] * 22


def test_the_right_password_is_no_guess(world: World) -> None:
    """RFC 6749 §10.10."""
    for _ in range(12):
        assert world.sign_in().status_code == 303
        world.ask("POST", "/logout", data={"csrf_token": world.form_token(world.ask("GET", "/logout"))})


@stops("auth_server.sign_in_guesses_are_limited")
def test_user_names_are_not_told_apart_by_case(world: World) -> None:
    """Nor does another spelling begin a new count of guesses (RFC 6749 §10.10)."""
    went_to(world.sign_in("ALICE"), "/apps")
    world.browser.delete_cookie("bankid_session", domain="auth.localhost")
    for number in range(10):
        assert world.sign_in("alice" if number % 2 else "Alice", password="wrong").status_code == 403
    stopped_on_a_page(world.sign_in("aLICE"), 429)
