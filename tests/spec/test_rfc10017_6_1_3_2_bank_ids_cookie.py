"""The cookie by which Bank ID knows a browser stays there (RFC 10017 §6.1.3.2)."""

from flask import session

from tests.support.world import AUTH, World


def test_the_session_cookie_stays_with_bank_id(world: World) -> None:
    """No script reads it, no other site's form and no other host gets it (RFC 10017 §6.1.3.2-1)."""
    cookies = world.sign_in().headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        name, *attributes = cookie.split("; ")
        assert name.startswith("bankid_session=")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(attributes)
        assert not any(attribute.lower().startswith("domain") for attribute in attributes)


def test_a_session_that_was_ended_is_not_written_back(world: World) -> None:
    """RFC 10017 §6.1.3.2: a request that had read it before changes nothing about that."""
    world.sign_in()
    name = world.browser.get_cookie("bankid_session", domain="auth.localhost")
    assert name
    with world.app.test_request_context("/apps", base_url=AUTH, headers={"Cookie": f"bankid_session={name.value}"}):
        assert session["sub"] == "alice"
        world.ask("POST", "/logout", data={"csrf_token": world.form_token(world.ask("GET", "/logout"))})
        session["note"] = "written by a slower request"
        world.app.session_interface.save_session(world.app, session, world.app.make_response(""))
    assert world.redis.keys("auth:session:*") == []
