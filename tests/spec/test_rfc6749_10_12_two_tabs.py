"""Two tabs of one person: the form of the other leads on, or asks its question anew (RFC 6749 §10.12)."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.support.stops import stops
from tests.support.world import World, WrongAnswer, answered, consent_form, sent_back, stopped_on_a_page, went_to

REQUEST = "/authorize?client_id=budget&state=other-tab"


def sent_from(world: World, page: TestResponse, path: str, **fields: str) -> TestResponse:
    """Send the form of a page that was opened earlier."""
    return world.ask("POST", path, data={"csrf_token": world.form_token(page)} | fields)


def sign_in_from(world: World, page: TestResponse, **fields: str) -> TestResponse:
    form = {"username": "alice", "password": "looking-glass", "next": REQUEST} | fields
    return sent_from(world, page, "/login", **form)


def test_the_second_sign_in_form_leads_on_to_its_request(world: World) -> None:
    """Whoever is signed in by the first; what the second says is not looked at (RFC 6749 §3.1)."""
    first, second = world.ask("GET", "/login"), world.ask("GET", "/login")
    went_to(sign_in_from(world, first), "/authorize?")
    for fields in ({}, {"password": "wrong"}, {"username": "bob", "password": "brass-lantern"}):
        assert sign_in_from(world, second, **fields).headers["Location"] == REQUEST
    went_to(sign_in_from(world, second, next="https://attacker.example/"), "/apps")
    assert "Signed in as <b>Alice</b>" in world.authorize().text


def test_the_first_tabs_consent_page_outlives_the_second_tabs_form(world: World) -> None:
    """It was made for the session that goes on (RFC 6749 §4.1.1)."""
    first, second = world.ask("GET", "/login"), world.ask("GET", "/login")
    sign_in_from(world, first)
    consent = world.authorize()
    sign_in_from(world, second)
    assert sent_back(world.decide(consent))["state"] == "a-state"


@stops("auth_server.form_token_matches")
@pytest.mark.parametrize("token", ["stale", "", None, "another session's"])
def test_a_stale_consent_page_asks_anew(world: World, token: str | None) -> None:
    """Under the name of whoever is signed in now; nothing is decided by the old form (RFC 6749 §10.12-2)."""
    world.sign_in()
    consent = world.authorize(scope="balance:read transactions:read", state="'\"<&>")
    world.sign_in("bob", "brass-lantern")
    changes: dict[str, Any] = {} if token == "stale" else {"csrf_token": token}
    again = world.decide(consent, scope=["balance:read"], **changes)
    stopped_on_a_page(again, 403)
    if "Signed in as <b>Bob</b>" not in again.text or "not ours" in again.text:
        raise WrongAnswer(again.text)
    assert consent_form(again)["requested_scope"] == "balance:read transactions:read"
    assert sent_back(world.decide(again))["state"] == "'\"<&>"


@stops("auth_server.form_token_matches")
def test_a_stale_sign_in_form_asks_anew(world: World) -> None:
    """Where nobody is signed in: another site may have sent it, to sign in somebody else (RFC 6749 §10.12)."""
    page = world.ask("GET", "/login")
    world.browser.delete_cookie("bankid_session", domain="auth.localhost")
    again = sign_in_from(world, page)
    stopped_on_a_page(again, 403)
    assert 'value="alice"' in again.text and "looking-glass" not in again.text.split("<footer>")[0]
    assert sign_in_from(world, again).headers["Location"] == REQUEST


@stops("auth_server.form_token_matches")
def test_a_stale_page_of_apps_shows_them_anew(world: World) -> None:
    """RFC 6749 §10.12: and what was pressed is not done."""
    world.code()
    page = world.ask("GET", "/apps")
    world.sign_in()
    again = sent_from(world, page, "/apps/withdraw", client_id="budget")
    stopped_on_a_page(again, 403)
    assert "Withdraw access of Budget" in again.text
    went_to(sent_from(world, again, "/apps/withdraw", client_id="budget"), "/apps")
    assert "Withdraw access of Budget" not in world.ask("GET", "/apps").text


@stops("auth_server.form_token_matches")
def test_a_stale_sign_out_asks_anew_and_keeps_the_request(world: World) -> None:
    """RFC 6749 §10.12."""
    world.sign_in()
    page = world.ask("GET", "/logout")
    world.sign_in()
    again = sent_from(world, page, "/logout", next=REQUEST)
    stopped_on_a_page(again, 403)
    answered(world.ask("GET", "/apps"), 200)
    assert REQUEST.replace("&", "&amp;") in again.text
    went_to(sent_from(world, again, "/logout", next=REQUEST), "/login?")
    went_to(sent_from(world, again, "/logout"), "/login")  # nobody is signed in any more
