"""Step mode: nothing goes on until the learner lets it, edited if they like, and a slow flow still ends well."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Started
from tests.e2e.steps import decide, expect_balance, expect_budget, press_connect, sign_in
from tests.e2e.wire_steps import (
    api,
    flow_tab,
    held,
    inspector,
    let_go,
    message,
    open_wire,
    opened,
    step_mode,
)
from wire.addresses import Addresses
from wire.session import http_session


@pytest.fixture
def wire(page: Page, addresses: Addresses) -> Iterator[Page]:
    """Open the wire with step mode on, and let everybody go afterwards."""
    let_everybody_go(addresses)
    wire = open_wire(page, addresses)
    try:
        step_mode(wire)
        wire.wait_for_timeout(300)  # until each party has heard it
        yield wire
    finally:
        let_everybody_go(addresses)


def let_everybody_go(addresses: Addresses) -> None:
    own = addresses.origin("classroom")
    answer = http_session("a test").put(f"{own}/api/brake", json={"on": False}, headers={"Origin": own})
    assert answer.ok, answer.text


def go_to_the_callback(page: Page, wire: Page, addresses: Addresses) -> None:
    """Go through Bank ID's pages, letting go of each redirect, until the code has come to Budget."""
    page.goto(addresses.origin("budget"))
    press_connect(page, held=True)
    let_go(wire, "/authorize")
    let_go(wire, "/login")
    sign_in(page, held=True)
    let_go(wire, "/authorize")
    decide(page, held=True)
    let_go(wire, "/callback")


def test_a_redirect_waits_until_it_is_let_go(page: Page, wire: Page, addresses: Addresses) -> None:
    """The page that waits asks for its own way on, over and over; here that is stopped, so that it can be read."""
    page.route("**/.wire/held/*", lambda route: route.abort("aborted"))
    page.goto(addresses.origin("budget"))
    press_connect(page, held=True)
    expect(page.get_by_role("heading", name="Held in step mode")).to_be_visible()
    way = re.compile(re.escape(addresses.origin("classroom") + "/wire"))
    expect(page.get_by_role("link", name="the wire")).to_have_attribute("href", way)
    waiting = held(wire)
    expect(waiting).to_contain_text([f"{addresses.origin('auth')}/authorize"])
    expect(waiting).to_contain_text([re.compile(r"goes on by itself in 1\d\d s")])
    page.unroute("**/.wire/held/*")
    page.evaluate("id => location.assign(`/.wire/held/${id}`)", waiting.get_attribute("data-exchange"))
    let_go(wire, "/authorize")
    let_go(wire, "/login")
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 740)])
def test_what_is_held_stays_in_sight(page: Page, wire: Page, addresses: Addresses, width: int, height: int) -> None:
    """The page follows the newest message far down; the buttons that let it go come along."""
    go_to_the_callback(page, wire, addresses)
    expect(held(wire)).to_contain_text(["POST /token"])
    before = wire.viewport_size
    assert before
    wire.set_viewport_size({"width": width, "height": height})
    wire.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(held(wire).get_by_role("button", name="Let go", exact=True)).to_be_in_viewport(ratio=1)
    wire.set_viewport_size(before)  # where the switch is in sight


def test_a_flow_that_is_stepped_through_slowly_ends_well(page: Page, wire: Page, addresses: Addresses) -> None:
    go_to_the_callback(page, wire, addresses)
    expect(held(wire)).to_contain_text(["POST /token"])
    page.wait_for_timeout(2000)
    for request in ("POST /token", "redirect", *["GET /accounts", "POST /introspect"] * 3):
        let_go(wire, request)
    expect_budget(page)
    expect(held(wire)).to_have_count(0)
    expect(flow_tab(wire, re.compile("^Budget, for alice authorization code"))).to_be_checked()
    expect(message(wire, "let go: POST /token")).to_be_visible()


def test_a_flow_of_a_page_is_stepped_through_and_ends_well(page: Page, wire: Page, addresses: Addresses) -> None:
    """Balance asks for two things at once: what is held for the one question is held for the other as well."""
    page.goto(addresses.origin("balance"))
    press_connect(page, held=True)
    let_go(wire, "/login")
    sign_in(page, held=True)
    let_go(wire, "/authorize")
    decide(page, held=True)
    let_go(wire, f"{addresses.origin('balance')}/")
    for request in ("POST /token", "GET /accounts", "POST /introspect"):
        let_go(wire, request)
    expect(held(wire)).to_have_count(2)  # whichever comes first
    page.wait_for_timeout(2000)
    for request in ("/balance", "POST /introspect", "/transactions", "POST /introspect"):
        let_go(wire, request)
    expect_balance(page)
    expect(held(wire)).to_have_count(0)
    expect(flow_tab(wire, re.compile("^Balance, for alice PKCE, no server"))).to_be_checked()


def test_an_edited_verifier_is_refused(page: Page, wire: Page, addresses: Addresses) -> None:
    """The server holds the verifier against the challenge, and the code is worth nothing (RFC 7636 §4.6)."""
    go_to_the_callback(page, wire, addresses)
    trade = held(wire).filter(has_text="POST /token")
    trade.get_by_role("button", name="Edit", exact=True).click()
    expect(trade.get_by_role("textbox", name="code_verifier")).to_have_value(re.compile("^[A-Za-z0-9._~-]{43,128}$"))
    trade.get_by_role("textbox", name="code_verifier").fill("a" * 43)
    trade.get_by_role("button", name="Let it go, edited").click()
    expect(page.get_by_text("invalid_grant").first).to_be_visible()
    message(wire, "Bank ID to Budget: 400").click()
    expect(inspector(wire).get_by_role("region", name="Raw HTTP")).to_contain_text('"error":"invalid_grant"')
    expect(message(wire, "let go, edited: POST /token")).to_be_visible()
    expect(flow_tab(wire, "failed · authorization code")).to_be_checked()


def test_a_long_request_arrives_whole_where_something_else_is_edited(wire: Page, addresses: Addresses) -> None:
    """The record keeps some of it only; the page says so, and does not send that back."""
    body = "x=" + 20_000 * "y"
    form = {"Content-Type": "application/x-www-form-urlencoded"} | {f"X-{part}": "z" * 7000 for part in "abc"}
    with ThreadPoolExecutor(1) as pool:
        http = http_session("a test", timeout=(1.0, 60.0))
        answer = pool.submit(http.post, f"{addresses.origin('auth')}/token", data=body, headers=form)
        waiting = held(wire).filter(has_text="POST /token")
        waiting.get_by_role("button", name="Edit", exact=True).click()
        expect(waiting).to_contain_text("The recorder kept only the beginning of this body.")
        waiting.get_by_role("textbox", name="Path and query").fill("/token?edited=1")
        waiting.get_by_role("button", name="Let it go, edited").click()
        assert answer.result(30).json()["error"] == "invalid_client"
    expect(message(wire, ": 401")).to_be_visible()
    shown = opened(wire, "POST /token").get_by_role("region", name="Raw HTTP")
    expect(shown).to_contain_text("cut by the recorder: 1 more header")
    expect(shown).to_contain_text(f"the whole body has {len(body)} bytes")
    sent = [one for one in api(addresses, "/api/messages")["messages"] if one["target"] == "/token?edited=1"]
    assert [(one["length"], one["headers_left_out"]) for one in sent if one["kind"] == "request"] == [(len(body), 1)]


def test_what_is_dropped_never_arrives(page: Page, wire: Page, addresses: Addresses) -> None:
    go_to_the_callback(page, wire, addresses)
    held(wire).filter(has_text="POST /token").get_by_role("button", name="Drop").click()
    expect(page.get_by_role("heading", name="The connection was not finished")).to_be_visible()
    page.goto(addresses.origin("budget"))
    press_connect(page, held=True)
    held(wire).filter(has_text="/authorize").get_by_role("button", name="Drop").click()
    expect(page.get_by_role("heading", name="Dropped")).to_be_visible()


def test_an_edited_redirect_leads_elsewhere(page: Page, wire: Page, addresses: Addresses) -> None:
    """A `state` that was changed on the way back is not Budget's (RFC 6749 §10.12)."""
    page.goto(addresses.origin("budget"))
    press_connect(page, held=True)
    let_go(wire, "/authorize")
    let_go(wire, "/login")
    sign_in(page, held=True)
    let_go(wire, "/authorize")
    decide(page, held=True)
    back = held(wire).filter(has_text="/callback")
    back.get_by_role("button", name="Edit", exact=True).click()
    back.get_by_role("textbox", name="state").fill("somebody-elses")
    back.get_by_role("button", name="Let it go, edited").click()
    page.wait_for_url(re.compile("state=somebody-elses"))
    expect(message(wire, "POST /token")).to_have_count(0)


def test_switching_off_lets_everything_go(page: Page, wire: Page, addresses: Addresses, started: Started) -> None:
    page.goto(addresses.origin("budget"))
    press_connect(page, held=True)
    expect(held(wire)).to_have_count(1)
    step_mode(wire, on=False)
    expect(held(wire)).to_have_count(0)
    expect(page.get_by_label("Password")).to_be_visible()
    sign_in(page)
    decide(page)
    expect_budget(page)
