"""The edges: clocks, methods, parameters and bodies that are nearly right (RFC 6749 §3, §4.1.2, §5.2)."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import request, request_started
from werkzeug.test import TestResponse

from tests.support.four_parties import Parties
from tests.support.stops import stops
from tests.support.world import AUTH, VERIFIER, World, answered, basic, sent_back, stopped_on_a_page, twice

BUDGET = basic("budget", "budget's secret: 100%")
CALLBACK = "http://budget.localhost:9002/callback"
DAY = 86400


def token_form(world: World) -> dict[str, str]:
    """Return a good access token request."""
    form = {"grant_type": "authorization_code", "code": world.code(), "redirect_uri": CALLBACK}
    return form | {"code_verifier": VERIFIER}


@stops("auth_server.code_has_not_expired")
@pytest.mark.parametrize(("age", "status", "error"), [(59.9, 200, None), (60, 400, "invalid_grant")])
def test_code_lives_to_the_second(world: World, age: float, status: int, error: str | None) -> None:
    """RFC 6749 §4.1.2-1."""
    code = world.code()
    world.time += age
    answered(world.redeem(code), status, error)


@stops("auth_server.code_is_used_once")
def test_replay_is_noticed_long_after_the_code_expired(world: World) -> None:
    """RFC 6749 §4.1.2-3."""
    code = world.code()
    tokens = answered(world.redeem(code), 200).get_json()
    world.time += DAY
    answered(world.redeem(code), 400, "invalid_grant")
    answered(world.refresh(tokens["refresh_token"]), 400, "invalid_grant")
    short = world.code(scope="balance:read")
    answered(world.redeem(short), 200)
    world.time += DAY
    answered(world.redeem(short), 400, "invalid_grant")


def test_clock_that_goes_backwards_breaks_nothing(world: World) -> None:
    """RFC 6749 §4.1.2."""
    code = world.code()
    world.time -= DAY
    tokens = answered(world.redeem(code), 200).get_json()
    assert world.introspect(tokens["access_token"])["active"] is True
    world.time -= DAY
    tokens = answered(world.refresh(tokens["refresh_token"]), 200).get_json()
    assert 0 < tokens["expires_in"] <= 3600
    stopped_on_a_page(world.ask("GET", "/apps"), 200)


def test_request_that_no_address_could_carry_is_refused(world: World) -> None:
    """RFC 6749 §3.1: the sign-in page, whose own address holds it, would be too long for a server to read."""
    fits, too_long = "x" * 4000, "%" * 1500
    assert len(world.authorize(state=fits).headers["Location"]) < 8000
    stopped_on_a_page(world.authorize(state=too_long), 400)
    world.sign_in()
    stopped_on_a_page(world.authorize(state=too_long), 400)
    assert sent_back(world.decide(world.authorize(state=fits)))["state"] == fits


def test_client_whose_registration_has_ended_is_unknown(world: World) -> None:
    """RFC 7591 §3.2.1, RFC 6749 §4.1.1-1."""
    grants = ["authorization_code", "refresh_token"]
    client = answered(world.register(redirect_uris=[CALLBACK], grant_types=grants), 201).get_json()
    asked, header = {"client_id": client["client_id"]}, basic(client["client_id"], client["client_secret"])
    form = token_form(world) | {"code": world.code(**asked)}
    tokens = answered(world.post("/token", form, header), 200).get_json()
    world.time = client["client_secret_expires_at"]
    world.sign_in()
    stopped_on_a_page(world.authorize(**asked))
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    answered(world.post("/token", refresh, header), 401, "invalid_client")
    page = world.ask("GET", "/apps")
    assert f'value="{client["client_id"]}"' in page.text  # it can be withdrawn all the same


@stops("auth_server.parameters_are_not_repeated")
@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"])
def test_repeated_parameter_is_refused_and_burns_nothing(world: World, name: str) -> None:
    """RFC 6749 §3.2-2."""
    form = {"client_id": "budget"} | token_form(world)
    answered(world.post("/token", form | {name: [form[name], form[name]]}, BUDGET), 400, "invalid_request")
    answered(world.post("/token", form, BUDGET), 200)


@pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_body_that_is_no_form_is_refused(world: World, path: str, kind: str) -> None:
    """RFC 6749 §5.2-1."""
    answer = world.back_channel.post(
        path, data=b"grant_type=x&token=x", content_type=kind, headers=BUDGET, base_url=AUTH
    )
    answered(answer, 400, "invalid_request")


def test_two_proofs_at_once_burn_nothing(world: World) -> None:
    """RFC 6749 §2.3-1."""
    form = token_form(world)
    both = form | {"client_id": "budget", "client_secret": "budget's secret: 100%"}
    answered(world.post("/token", both, BUDGET), 400, "invalid_request")
    answered(world.post("/token", form | {"client_id": "balance"}, BUDGET), 400, "invalid_request")
    answered(world.post("/token", form, BUDGET), 200)


@pytest.mark.parametrize("header", ["Basic", "Basic é", "Basic !", "Basic eA==", "Basic /zo=", "Basic eDolMDA="])
def test_broken_basic_credentials_are_told_with_a_challenge(world: World, header: str) -> None:
    """RFC 6749 §5.2-2."""
    answer = answered(world.post("/token", token_form(world), {"Authorization": header}), 401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("query", ["client_id=budget&client_secret=budget%27s+secret%3A+100%25", "client_secret="])
def test_secret_in_the_query_is_refused_beside_a_good_one(world: World, query: str) -> None:
    """RFC 6749 §2.3.1-2."""
    form = token_form(world)
    answered(world.post(f"/token?{query}", form, BUDGET), 401, "invalid_client")
    answered(world.post("/token", form, BUDGET), 200)


@pytest.mark.parametrize("name", ["foo", "ui_locales", "claims", "audience"])
def test_parameters_of_other_specifications_are_ignored(world: World, name: str) -> None:
    """RFC 6749 §3.1-2."""
    world.sign_in()
    sent_back(world.decide(world.authorize(**twice(name, "x", "\0y"))))


def test_parameters_may_stand_in_query_and_body_but_once_in_all(world: World) -> None:
    """RFC 6749 §3.1-3."""
    world.sign_in()
    form = world.request(state=None)
    answered(world.ask("POST", "/authorize?state=x", data=form), 200)
    sent_back(world.ask("POST", "/authorize?state=x", data=form | {"state": "x"}), "invalid_request")
    stopped_on_a_page(world.ask("POST", "/authorize?client_id=budget", data=form))


def test_every_endpoint_says_what_it_takes(world: World) -> None:
    """RFC 6749 §3.1-1, §3.2-1."""
    for rule in world.app.url_map.iter_rules():
        path = rule.rule.replace("<path:filename>", "bank-id.css")
        options = world.ask("OPTIONS", path)
        assert options.status_code == 200 and not options.data
        offered = set(options.headers["Allow"].split(", "))
        assert set(rule.methods or ()) <= offered
        for method in {"GET", "HEAD", "POST", "PUT", "DELETE"} - offered:
            refused = world.ask(method, path)
            assert refused.status_code == 405 and set(refused.headers["Allow"].split(", ")) == offered, path
        if "HEAD" in offered:
            same_as_get(world, path)


def same_as_get(world: World, path: str) -> None:
    """Hold that HEAD is answered as GET is, without a body."""
    head, get = world.ask("HEAD", path), world.ask("GET", path)
    assert head.status_code == get.status_code and not head.data
    assert get.data is not None
    head.close(), get.close()


def too_long(world: World, path: str) -> TestResponse:
    return world.ask("POST", path, data={"x": "a" * 65536})


def test_body_over_64_kib_is_not_read(world: World) -> None:
    """RFC 6749 §5.2."""
    for path in ("/token", "/revoke", "/introspect"):
        answered(too_long(world, path), 413, "invalid_request")
    for signed_in in (False, True):
        for path in ("/authorize", "/consent", "/login", "/logout", "/apps/withdraw"):
            if signed_in or path != "/apps/withdraw":
                stopped_on_a_page(too_long(world, path), 413)
        world.sign_in()


def in_chunks(world: World, form: dict[str, str]) -> TestResponse:
    """Make an access token request whose length only its end tells."""
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    body = BytesIO(urlencode(form).encode())
    kind = "application/x-www-form-urlencoded"
    return world.ask("POST", "/token", input_stream=body, content_type=kind, headers=BUDGET, environ_overrides=chunked)


def test_body_of_unknown_length_is_bounded_too(world: World) -> None:
    """RFC 6749 §5.2: it is read whole or refused, and never acted on by its beginning."""
    form = token_form(world)
    answered(in_chunks(world, form | {"x": "a" * 65536}), 413, "invalid_request")
    answered(in_chunks(world, form), 200)


@pytest.mark.parametrize("target", ["/authorize?\r\nX: y", "/authorize?\0", "/authorize?\\evil", "/authorize?é", "//x"])
@stops("auth_server.next_stays_on_this_site")
def test_sign_in_leads_to_no_odd_address(world: World, target: str) -> None:
    """RFC 6749 §10.15-1."""
    answer = world.sign_in(next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/apps")


def test_every_request_that_budget_sends_has_a_fresh_state(valkey: str) -> None:
    """RFC 6749 §4.1.1-2, RFC 9700 §2.6-1: as Bank ID received them, the metadata first."""
    parties, paths, states = Parties(valkey), [], []

    def received(*_: object, **__: object) -> None:
        paths.append(request.path)
        states.extend(request.args.getlist("state") if request.path == "/authorize" else [])

    with request_started.connected_to(received, parties.world.app):
        for _ in range(3):
            parties.connect()
    assert len(states) == len(set(states)) == 3 and min(map(len, states)) >= 22
    assert paths[:2] == ["/.well-known/oauth-authorization-server", "/authorize"]


def test_where_there_was_no_state_none_is_made_up(world: World) -> None:
    """RFC 6749 §4.1.2-4."""
    world.sign_in()
    for state in ("one", "two", None):
        assert sent_back(world.decide(world.authorize("balance", state=state))).get("state") == state


def test_store_knows_codes_and_tokens_by_their_hashes_only(world: World) -> None:
    """RFC 6749 §10.3, §10.5."""
    code = world.code()
    tokens = answered(world.redeem(code), 200).get_json()
    read = {"string": "GET", "hash": "HGETALL", "zset": "ZRANGE"}
    keys = list(world.redis.scan_iter("*"))
    assert {"code", "token", "grant"} <= {str(key).split(":")[1] for key in keys}
    for key in keys:
        command = read.get(str(world.redis.type(key)), "SMEMBERS")
        rest = (0, -1) if command == "ZRANGE" else ()
        stored = key + str(world.redis.execute_command(command, key, *rest, NEVER_DECODE=True))
        for secret in (code, tokens["access_token"], tokens["refresh_token"]):
            assert secret not in stored
