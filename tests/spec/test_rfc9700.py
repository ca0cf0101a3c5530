"""What browser apps and native apps may rely on (RFC 9700 §2, RFC 10017 §6.3.3, RFC 8252 §7.3)."""

from typing import Any

import pytest

from tests.support.stops import stops
from tests.support.world import AUTH, World, answered, sent_back, stopped_on_a_page

BALANCE = "http://balance.localhost:9003"
ATTACKER = "http://attacker.localhost:9666"


WELL_KNOWN = "/.well-known/oauth-authorization-server"


def allowed(world: World, path: str, origin: str, method: str = "OPTIONS") -> str | None:
    """Return the origin that may read the answer; credentials never come along."""
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = world.back_channel.open(path, method=method, headers=headers, base_url=AUTH)
    assert "Access-Control-Allow-Credentials" not in answer.headers
    return answer.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize(("path", "method"), [("/token", "POST"), ("/revoke", "POST"), (WELL_KNOWN, "GET")])
@pytest.mark.parametrize("origin", [BALANCE, ATTACKER, "https://app.example", "null"])
def test_pages_of_any_origin_may_call_without_cookies(world: World, path: str, method: str, origin: str) -> None:
    """RFC 10017 §6.3.3.4-1, RFC 7009 §2.3-1, RFC 9700 §2.6-2."""
    for asked in ("OPTIONS", method):
        assert allowed(world, path, origin, asked) == "*"


def test_cookies_are_not_looked_at_where_any_origin_may_read(world: World) -> None:
    """RFC 9700 §2.6-2: what a page of another origin reads is the same whoever is signed in."""
    world.sign_in()
    form = {"grant_type": "authorization_code", "code": "made-up", "client_id": "balance", "token": "made-up"}
    for path, method in (("/token", "POST"), ("/revoke", "POST"), (WELL_KNOWN, "GET")):
        with_cookies = world.ask(method, path, data=form if method == "POST" else None)
        without = world.back_channel.open(path, method=method, data=form if method == "POST" else None, base_url=AUTH)
        assert (with_cookies.status_code, with_cookies.data) == (without.status_code, without.data)
        assert "Set-Cookie" not in with_cookies.headers


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_other_endpoint_is_for_scripts(world: World, method: str) -> None:
    """RFC 9700 §2.6-2: the authorization endpoint above all."""
    rules = {rule.rule for rule in world.app.url_map.iter_rules()} - {"/token", "/revoke", WELL_KNOWN}
    assert "/authorize" in rules
    for path in rules:
        answer = world.ask(method, path.replace("<path:filename>", "bank-id.css"), headers={"Origin": BALANCE})
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")], path
        answer.close()


@stops("auth_server.verifier_matches_challenge", "auth_server.challenge_is_present")
def test_secret_does_not_replace_the_verifier(world: World) -> None:
    """RFC 9700 §2.1.1-3, OAuth 2.1 draft §4.1.1-1."""
    answered(world.redeem(world.code(), code_verifier=None), 400, "invalid_grant")
    sent_back(world.authorize(code_challenge=None, code_challenge_method=None), "invalid_request")


def test_setting_lets_confidential_clients_do_without(valkey: str) -> None:
    """RFC 9700 §2.1.1-1, §2.1.1-3: PKCE stays required of public ones, and binding where it was used."""
    world = World(valkey, pkce_required_of="public clients")
    without: dict[str, Any] = {"code_challenge": None, "code_challenge_method": None}
    answered(world.redeem(world.code(**without), code_verifier=None), 200)
    answered(world.redeem(world.code(), code_verifier=None), 400, "invalid_grant")
    sent_back(world.authorize("balance", **without), "invalid_request")
    sent_back(world.authorize(code_challenge_method="plain"), "invalid_request")


def test_browser_app_needs_no_secret(world: World) -> None:
    """RFC 10017 §6.3.3.1-1."""
    answered(world.redeem(world.code("balance"), "balance"), 200)


@pytest.mark.parametrize("kind", [{}, {"application_type": "web"}, {"application_type": "native"}])
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_app_listens_at_any_port_of_a_loopback_ip_literal(world: World, host: str, kind: dict[str, str]) -> None:
    """RFC 8252 §7.3-1: many tools leave `application_type` out, which means web."""
    metadata = {"redirect_uris": [f"http://{host}/callback"], "token_endpoint_auth_method": "none"} | kind
    registered = answered(world.register(**metadata), 201).get_json()
    world.sign_in()
    asked = {"client_id": registered["client_id"], "scope": "balance:read"}
    asked["redirect_uri"] = f"http://{host}:51004/callback"
    told = world.decide(world.authorize(**asked)).headers["Location"]
    assert told.startswith(f"http://{host}:51004/callback?code=")
    stopped_on_a_page(world.authorize(**asked | {"redirect_uri": f"http://{host}:51004/other"}))


@stops("auth_server.redirect_uri_is_registered")
@pytest.mark.parametrize(
    ("kind", "registered", "asked"),
    [
        ("web", "http://localhost:8000/callback", "http://localhost:8001/callback"),
        ("native", "http://localhost/callback", "http://localhost:51004/callback"),
        ("native", "http://piggy.localhost/callback", "http://piggy.localhost:51004/callback"),
        ("native", "http://127.0.0.1/callback", "http://[::1]:51004/callback"),
        ("native", "http://127.0.0.1/callback", "http://127.0.0.2:51004/callback"),
        ("native", "http://127.0.0.1/callback", "https://127.0.0.1:51004/callback"),
        ("native", "http://127.0.0.1/callback", "http://127.0.0.1:51004@attacker.localhost/callback"),
        ("native", "http://127.0.0.1/callback", "http://127.0.0.1.attacker.localhost:51004/callback"),
        ("native", "http://127.0.0.1/callback", "http://127.0.0.1:/callback"),
        ("native", "https://example.org/callback", "https://example.org:51004/callback"),
    ],
)
def test_only_the_port_of_a_loopback_ip_literal_varies(world: World, kind: str, registered: str, asked: str) -> None:
    """RFC 8252 §7.3-1."""
    client = answered(world.register(redirect_uris=[registered], application_type=kind), 201).get_json()
    world.sign_in()
    stopped_on_a_page(world.authorize(client_id=client["client_id"], redirect_uri=asked, scope="balance:read"))
