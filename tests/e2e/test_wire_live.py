"""Flows seen live on the wire, while they happen in another tab of the same browser."""

import re
from itertools import combinations

from playwright.sync_api import Browser, Page, expect

from tests.classroom.test_jwts import token
from tests.e2e.steps import connect, decide, expect_balance, expect_budget, press_connect, sign_in
from tests.e2e.wire_steps import api, custody, flow_tab, message, only_flow, open_wire, opened
from wire.addresses import Addresses
from wire.session import http_session


def test_budget_is_seen_step_by_step(page: Page, addresses: Addresses) -> None:
    """Each message is there as soon as it was sent: what comes later is not there yet."""
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    press_connect(page)
    expect(message(wire, "Budget to Browser: 303 → /authorize code challenge state")).to_be_visible()
    expect(message(wire, "Bank ID to Browser: 200 OK")).to_be_visible()
    expect(flow_tab(wire, "live · authorization code")).to_be_checked()
    expect(message(wire, "POST /login")).to_have_count(0)
    sign_in(page)
    expect(message(wire, "POST /login password")).to_be_visible()
    expect(message(wire, "Bank ID asks the person in plain words")).to_be_visible()
    expect(message(wire, "POST /token")).to_have_count(0)
    decide(page)
    expect_budget(page)
    expect(message(wire, "Budget to Bank ID: POST /token code")).to_be_visible()
    expect(message(wire, "200 OK access token")).to_be_visible()
    expect(message(wire, "Budget answers with a page")).to_have_attribute("aria-pressed", "true")
    expect(flow_tab(wire, re.compile("^Budget, for alice authorization code"))).to_be_checked()
    expect(custody(wire, "access token", "Budget")).to_have_text("holds it")
    browsers = custody(wire, "access token", "Alice’s browser")
    expect(browsers).to_have_text("must never hold it, and does not")
    expect(browsers).to_have_attribute("title", re.compile(r"the browser needs none\. \(RFC 10017"))


def test_balance_is_seen_step_by_step(page: Page, addresses: Addresses) -> None:
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("balance"))
    press_connect(page)
    expect(message(wire, "Balance made a verifier")).to_be_visible()
    expect(message(wire, "Bank ID to Browser: 200 OK")).to_be_visible()
    expect(flow_tab(wire, "live · PKCE, no server")).to_be_checked()
    sign_in(page)
    expect(message(wire, "Bank ID asks the person in plain words")).to_be_visible()
    expect(message(wire, "POST /token")).to_have_count(0)
    decide(page)
    expect_balance(page)
    expect(message(wire, "Balance to Bank ID: POST /token code")).to_be_visible()
    expect(message(wire, "Balance to Bank API: GET /accounts access token").first).to_be_visible()
    expect(flow_tab(wire, re.compile("^Balance, for alice PKCE"))).to_be_checked()
    expect(custody(wire, "access token", "Balance")).to_have_text(re.compile("^holds it"))


def test_no_is_seen_as_the_end_of_the_flow(page: Page, addresses: Addresses) -> None:
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page, "Deny")
    expect(page.get_by_text("access_denied").first).to_be_visible()
    expect(flow_tab(wire, "failed · authorization code")).to_be_checked()
    expect(message(wire, "POST /token")).to_have_count(0)
    shown = opened(wire, "303 → /callback")
    expect(shown.get_by_role("region", name="Raw HTTP")).to_contain_text("error=access_denied")
    expect(shown.get_by_role("term").filter(has_text="access_denied")).to_be_visible()


def test_a_token_that_is_a_jwt_is_taken_apart(page: Page, addresses: Addresses) -> None:
    """Bank ID knows none; a stranger may send one all the same (RFC 7519 §3)."""
    wire = open_wire(page, addresses)
    hint = f"id_token_hint={token({'alg': 'RS256'}, {'sub': 'alice'})}"
    http_session("a test").get(f"{addresses.origin('auth')}/authorize?{hint}")
    flow_tab(wire, "All messages").check()
    shown = opened(wire, "GET /authorize")
    expect(shown.get_by_role("heading", name="Taken apart: ID token")).to_be_visible()
    expect(shown).to_contain_text("Its signature was not checked here.")
    expect(shown.get_by_role("definition").filter(has_text='"alice"')).to_be_visible()


def test_what_is_copied_of_a_message_is_what_crossed_the_wire(page: Page, addresses: Addresses) -> None:
    """Empty lines are empty; what the recorder cannot know, the page says."""
    wire = open_wire(page, addresses)
    http_session("a test").post(f"{addresses.origin('auth')}/token", data="a=b\n\nc=d")
    flow_tab(wire, "All messages").check()
    shown = opened(wire, "POST /token")
    expect(shown.get_by_role("heading", name="On the wire")).to_contain_text("but for the case of header names")
    raw = shown.get_by_role("region", name="Raw HTTP")
    expect(raw).to_contain_text("c=d")
    copied = raw.evaluate("pre => { getSelection().selectAllChildren(pre); return getSelection().toString(); }")
    assert copied.startswith("POST /token HTTP/1.1\nUser-Agent: a test\n")
    assert copied.endswith("\n\na=b\n\nc=d")
    assert copied.isascii()
    shown = opened(wire, re.compile("^\\d+ .*: 4\\d\\d"))
    expect(shown.get_by_role("heading", name="On the wire")).to_contain_text("the server adds headers of its own")


def test_a_refresh_is_a_stage_of_its_flow(page: Page, addresses: Addresses) -> None:
    """The learner revokes the access token with an edited request; Budget gets a new one, and stays one flow."""
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    answer = opened(wire, "200 OK access token")
    token = answer.get_by_role("region", name="Raw HTTP").locator("mark[title^='access token']").inner_text()
    opened(wire, "Budget to Bank ID: POST /token").get_by_role("button", name="Edit and send again").click()
    again = wire.get_by_role("dialog", name="Edit and send again")
    again.get_by_label("Path and query").fill("/revoke")
    again.get_by_text("The whole body").click()
    again.get_by_label("Body", exact=True).fill(f"token={token}")
    again.get_by_role("button", name="Send it").click()
    expect(again.get_by_text("HTTP/1.1 200 OK")).to_have_count(2)
    again.get_by_role("button", name="Close").click()
    page.reload()
    expect_budget(page)
    wire.get_by_role("button", name="Follow").click()
    expect(message(wire, "Bank API to Budget: 401").first).to_be_visible()
    expect(message(wire, re.compile("Budget to Bank ID: POST .token .*refresh token"))).to_be_visible()
    expect(flow_tab(wire, re.compile("."))).to_have_count(2)  # the flow, and all messages
    stages = [stage["name"] for stage in only_flow(addresses)["stages"]]
    assert "refresh" in " ".join(stages)


def test_two_learners_at_once_see_flows_that_never_mix(page: Page, addresses: Addresses, chromium: Browser) -> None:
    wire = open_wire(page, addresses)
    with chromium.new_context() as other:
        bob = other.new_page()
        for person in (page, bob):
            person.goto(addresses.origin("budget"))
            press_connect(person)
        sign_in(bob, "bob")
        sign_in(page, "alice")
        decide(bob)
        decide(page)
        expect_budget(bob, "Bob")
        expect_budget(page, "Alice")
        bob_wire = other.new_page()
        bob_wire.goto(addresses.origin("classroom") + "/wire")
        for tab, mine, theirs in ((wire, "alice", "bob"), (bob_wire, "bob", "alice")):
            flow_tab(tab, f"Budget, for {mine}").check()
            expect(message(tab, f"GET /accounts/{mine}-current/balance")).to_be_visible()
            expect(message(tab, f"GET /accounts/{theirs}-current/balance")).to_have_count(0)
    flows = api(addresses, "/api/flows")["flows"]
    assert sorted(flow["person"] for flow in flows) == ["alice", "bob"]
    for left, right in combinations(flows, 2):
        assert not set(left["messages"]) & set(right["messages"])
        secrets = [{each["fingerprint"] for each in flow["artifacts"] if each["kind"] in OWN} for flow in (left, right)]
        assert len(secrets[0]) >= len(OWN) and not secrets[0] & secrets[1]


OWN = {"state", "challenge", "verifier", "code", "access_token", "refresh_token", "session"}
