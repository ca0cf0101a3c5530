"""The cookie by which Bank ID knows a browser stays there (RFC 10017 §6.1.3.2)."""

from tests.support.world import World


def test_the_session_cookie_stays_with_bank_id(world: World) -> None:
    """No script reads it, no other site's form and no other host gets it (RFC 10017 §6.1.3.2-1)."""
    cookies = world.sign_in().headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        name, *attributes = cookie.split("; ")
        assert name.startswith("bankid_session=")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
        assert not any(attribute.lower().startswith("domain") for attribute in attributes)
