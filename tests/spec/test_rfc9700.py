"""What browser apps and native apps may rely on (RFC 9700 §2, RFC 10017 §6.3.3, RFC 8252 §7.3)."""

import pytest

from tests.world import AUTH, World, answered, sent_back, stopped_on_a_page

BALANCE = "http://balance.localhost:9003"
ATTACKER = "http://attacker.localhost:9666"


def allowed(world: World, path: str, origin: str) -> str | None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = world.back_channel.options(path, headers=headers, base_url=AUTH)
    return answer.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("path", ["/token", "/revoke"])
def test_balance_may_call_and_others_may_not(world: World, path: str) -> None:
    """RFC 10017 §6.3.3.4-1, RFC 7009 §2.3-1."""
    assert allowed(world, path, BALANCE) == BALANCE
    assert allowed(world, path, ATTACKER) is None


def test_authorization_endpoint_is_not_for_scripts(world: World) -> None:
    """RFC 9700 §2.6-2."""
    answer = world.ask("GET", "/authorize", headers={"Origin": BALANCE})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
    assert allowed(world, "/authorize", BALANCE) is None


def test_secret_does_not_replace_the_verifier(world: World) -> None:
    """RFC 9700 §2.1.1-3, OAuth 2.1 draft §4.1.1-1."""
    answered(world.redeem(world.code(), code_verifier=None), 400, "invalid_grant")
    sent_back(world.authorize(code_challenge=None, code_challenge_method=None), "invalid_request")


def test_browser_app_needs_no_secret(world: World) -> None:
    """RFC 10017 §6.3.3.1-1."""
    answered(world.redeem(world.code("balance"), "balance"), 200)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_native_client_listens_at_any_port(world: World, host: str) -> None:
    """RFC 8252 §7.3-1."""
    native = {"application_type": "native", "token_endpoint_auth_method": "none"}
    registered = answered(world.register(redirect_uris=[f"http://{host}/callback"], **native), 201).get_json()
    world.sign_in()
    client_id = registered["client_id"]
    answered(world.authorize(client_id=client_id, redirect_uri=f"http://{host}:51004/callback"), 200)
    stopped_on_a_page(world.authorize(client_id=client_id, redirect_uri=f"http://{host}:51004/other"))
