"""Pages of another origin read what is meant for them, and `/authorize` is not (RFC 9700 §2.6)."""

import pytest

from tests.support.world import AUTH, World

BALANCE = "http://balance.localhost:9003"


@pytest.mark.parametrize("path", ["/.well-known/oauth-authorization-server", "/token", "/revoke"])
def test_what_browser_apps_call_they_may_read(world: World, path: str) -> None:
    """The answers themselves carry the leave, errors too, and never one for cookies (RFC 9700 §2.6-2)."""
    method = "GET" if "well-known" in path else "POST"
    answer = world.back_channel.open(path, method=method, headers={"Origin": BALANCE}, base_url=AUTH)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/authorize", "/login", "/consent", "/apps", "/introspect", "/register"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_what_they_do_not_call_they_may_not_read(world: World, path: str, method: str) -> None:
    """No page of another origin reads sign-in, consent or their answers (RFC 9700 §2.6-2)."""
    headers = {"Origin": BALANCE, "Access-Control-Request-Method": "POST"}
    answer = world.ask(method, path, headers=headers)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
