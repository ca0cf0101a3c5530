"""What the security BCP asks of pages, redirects and people's sessions (RFC 9700 §4)."""

from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from auth_server.config import Settings
from tests.support.stops import stops
from tests.support.world import (
    AUTH,
    CHALLENGE,
    World,
    WrongAnswer,
    answered,
    basic,
    sent_back,
    stopped_on_a_page,
    twice,
)


def expect(found: object, due: object) -> None:
    if found != due:
        raise WrongAnswer(f"expected {due!r}, got {found!r}")


def pages(world: World) -> list[TestResponse]:
    """Return a page of each kind: sign-in, errors, consent, the list of apps, and the answer that leads to a client."""
    found = [world.ask("GET", path) for path in ("/login", "/authorize", "/nowhere", "/logout")]
    world.sign_in()
    consent = world.authorize()
    return [*found, answered(consent, 200), world.ask("GET", "/apps"), world.decide(consent)]


@stops("auth_server.page_cannot_be_framed")
def test_no_page_can_be_framed(world: World) -> None:
    """RFC 9700 §4.16-1, RFC 6749 §10.13-1."""
    for answer in pages(world):
        expect(answer.headers.get("X-Frame-Options"), "DENY")
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@stops("auth_server.referrer_is_withheld")
def test_addresses_do_not_leave_by_referer(world: World) -> None:
    """RFC 9700 §4.2.4-1."""
    for answer in pages(world):
        expect(answer.headers.get("Referrer-Policy"), "no-referrer")


@stops("auth_server.response_is_not_cached")
def test_errors_are_not_cached_either(world: World) -> None:
    """RFC 6749 §5.1-2."""
    expect(world.token(grant_type="x").headers.get("Cache-Control"), "no-store")


@stops("auth_server.redirect_turns_post_into_get")
def test_a_redirect_after_a_post_is_303(world: World) -> None:
    """RFC 9700 §2.1-5: whatever is posted, no browser posts it on."""
    expect(world.sign_in().status_code, 303)
    page, form = world.authorize(), {"csrf_token": world.form_token(world.ask("GET", "/logout"))}
    answers = [world.decide(page, "deny"), world.decide(page), world.ask("POST", "/authorize", data=world.request())]
    answers += [world.ask("POST", "/authorize", data=world.request(scope="nonsense"))]
    answers += [world.ask("POST", path, data=form) for path in ("/apps/withdraw", "/logout")]
    answers += [world.ask("POST", "/authorize", data=world.request()), world.decide(page)]  # nobody is signed in now
    expect([answer.status_code for answer in answers], [303] * len(answers))


@stops("auth_server.response_names_the_issuer")
def test_the_answer_names_its_issuer(world: World) -> None:
    """RFC 9207 §2-1."""
    world.sign_in()
    expect(sent_back(world.decide(world.authorize())).get("iss"), AUTH)


@stops("auth_server.new_code")
def test_codes_are_long_and_unlike(world: World) -> None:
    """RFC 6749 §10.10-1: 256 bits each, and nothing that they share."""
    world.code()  # from here on consent is remembered
    codes = [sent_back(world.authorize())["code"] for _ in range(1000)]
    expect(len(set(codes)), 1000)
    expect(min(len(code) for code in codes) >= 43, True)
    expect(len({code[0] for code in codes}) > 1, True)


@stops("auth_server.parameters_are_not_repeated")
@pytest.mark.parametrize("name", ["scope", "state", "code_challenge"])
def test_a_repeated_parameter_goes_back_by_redirect(world: World, name: str) -> None:
    """RFC 6749 §3.1-3."""
    world.sign_in()
    sent_back(world.authorize(**twice(name, world.request()[name], CHALLENGE)), "invalid_request")


@stops("auth_server.parameters_are_not_repeated")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_repeated_client_or_address_goes_nowhere(world: World, name: str) -> None:
    """RFC 6749 §3.1-3: not even where both say the same."""
    world.sign_in()
    stopped_on_a_page(world.authorize(**twice(name, world.request()[name], world.request()[name])))


@stops("auth_server.resource_is_known")
def test_unknown_resource_is_refused(world: World) -> None:
    """RFC 8707 §2.1-1."""
    world.sign_in()
    sent_back(world.authorize(resource="http://attacker.localhost:9666"), "invalid_target")


@stops("auth_server.resource_was_granted")
def test_token_endpoint_gives_only_what_was_granted(world: World) -> None:
    """RFC 8707 §2.2-1, RFC 9700 §4.14.2-3."""
    elsewhere = "http://attacker.localhost:9666"
    code = world.code()
    answered(world.redeem(code, resource=elsewhere), 400, "invalid_target")
    tokens = answered(world.redeem(code), 200).get_json()
    answered(world.refresh(tokens["refresh_token"], resource=elsewhere), 400, "invalid_target")
    answered(world.refresh(tokens["refresh_token"]), 200)


@stops("auth_server.token_is_for_the_caller")
def test_other_resource_server_is_told_nothing(world: World) -> None:
    """RFC 7662 §4-3."""
    world.app.extensions["resource_servers"]["http://other.localhost"] = ("other", world.hash_of("other's secret"))
    token = answered(world.redeem(world.code()), 200).get_json()["access_token"]
    answer = answered(world.post("/introspect", {"token": token}, basic("other", "other's secret")), 200)
    expect(answer.get_json(), {"active": False})


@stops("auth_server.verifier_has_a_challenge")
def test_verifier_without_a_challenge_is_refused(world: World) -> None:
    """RFC 9700 §2.1.1-4."""
    world.app.extensions["settings"].pkce_required_of = "public clients"
    code = world.code(code_challenge=None, code_challenge_method=None)
    answered(world.redeem(code), 400, "invalid_grant")


@stops("auth_server.session_is_renewed_at_sign_in")
def test_session_is_another_after_sign_in(world: World) -> None:
    """RFC 10017 §6.1.3.2."""
    world.ask("GET", "/login")
    before = world.browser.get_cookie("bankid_session", "auth.localhost")
    world.sign_in()
    after = world.browser.get_cookie("bankid_session", "auth.localhost")
    assert before and after
    expect(before.value != after.value, True)


def test_passwords_are_kept_as_slow_hashes(valkey: str) -> None:
    """RFC 6749 §10.10: Argon2id as strong as the settings come, and no password stands in the store."""
    usual = {name: Settings.model_fields[name].default for name in ("argon2_memory", "argon2_rounds")}
    world = World(valkey, **usual)
    stored = str(world.redis.get("auth:user:alice"))
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored and "looking-glass" not in stored
    assert world.sign_in().status_code == 303


@stops("auth_server.client_address_is_not_forged")
def test_a_forged_address_does_not_reset_the_count(world: World) -> None:
    """RFC 9700 §4.13."""
    world.app.extensions["settings"].failed_sign_ins_per_address = 3
    form = {"username": "carol", "password": "wrong", "csrf_token": world.form_token(world.ask("GET", "/login"))}
    for number in range(4):
        answer = world.ask("POST", "/login", data=form, headers={"X-Forwarded-For": f"192.0.2.{number}"})
    stopped_on_a_page(answer, 429)


@stops("auth_server.refresh_token_has_not_expired")
def test_rotation_does_not_move_the_last_day(world: World) -> None:
    """RFC 10017 §6.3.2.3-1."""
    tokens = answered(world.redeem(world.code()), 200).get_json()
    world.time += 15 * 86400
    tokens = answered(world.refresh(tokens["refresh_token"]), 200).get_json()
    world.time += 15 * 86400
    answered(world.refresh(tokens["refresh_token"]), 400, "invalid_grant")


@stops("auth_server.registrations_are_limited")
def test_strangers_cannot_register_without_end(world: World) -> None:
    """RFC 7591 §5."""
    world.app.extensions["settings"].registrations_per_hour = 1
    world.register(redirect_uris=["https://example.org/cb"])
    answered(world.register(redirect_uris=["https://example.org/cb"]), 429, "temporarily_unavailable")


@stops("auth_server.public_client_has_no_secret")
def test_public_client_cannot_act_for_itself(world: World) -> None:
    """RFC 6749 §4.4-1."""
    store = world.app.extensions["store"]
    with world.app.app_context():
        balance = store.find_client("balance", 0)
        store.save_client(replace(balance, grant_types=("client_credentials",)))
    answered(world.token("balance", grant_type="client_credentials", scope="balance:read"), 400, "unauthorized_client")


@pytest.mark.parametrize("path", ["/apps//withdraw", "/.well-known//oauth-authorization-server"])
def test_a_slash_too_many_repeats_no_post(world: World, path: str) -> None:
    """A redirect by 308 would carry the form on as it is (RFC 9700 §4.12)."""
    world.sign_in()
    for method in ("GET", "POST"):
        expect(world.ask(method, path, data={"password": "looking-glass"}).status_code, 404)
