"""Send again and compare: what else would have happened, and what another client does otherwise."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, expect_budget, press_connect
from tests.e2e.wire_steps import message, open_wire, open_wire_with_both_flows, opened
from wire.addresses import Addresses


def test_a_code_used_twice_ends_the_family_of_tokens(page: Page, addresses: Addresses) -> None:
    """The learner plays the thief: the second use is refused, and what the first one bought dies (RFC 6749 §4.1.2)."""
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    opened(wire, "Budget to Bank ID: POST /token").get_by_role("button", name="Edit and send again").click()
    again = wire.get_by_role("dialog", name="Edit and send again")
    again.get_by_role("button", name="Send it").click()
    first = again.locator("section").filter(has=wire.get_by_role("heading", name="The first response"))
    now = again.locator("section").filter(has=wire.get_by_role("heading", name="The response now"))
    expect(now).to_contain_text("HTTP/1.1 400 BAD REQUEST")
    expect(now).to_contain_text("invalid_grant")
    expect(first).to_contain_text("HTTP/1.1 200 OK")
    expect(first.locator("mark[title^='access token']")).to_be_visible()
    left, right = first.bounding_box(), now.bounding_box()
    assert left and right and left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    again.get_by_role("button", name="Close").click()
    expect(message(wire, "to Bank ID: POST /token")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("heading", name="Your connection has ended")).to_be_visible()
    refused = opened(wire, "Bank API to Budget: 401")
    expect(refused.get_by_role("region", name="Raw HTTP")).to_contain_text('error="invalid_token"')
    expect(message(wire, re.compile("Budget to Bank ID: POST .token .*refresh token"))).to_be_visible()
    expect(message(wire, "Bank ID to Budget: 400")).to_be_visible()


def test_an_edited_request_goes_to_its_party_and_to_nobody_else(page: Page, addresses: Addresses) -> None:
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    press_connect(page)
    opened(wire, "Browser to Bank ID: GET /authorize").get_by_role("button", name="Edit and send again").click()
    again = wire.get_by_role("dialog", name="Edit and send again")
    again.get_by_role("textbox", name="redirect_uri").fill("http://attacker.localhost/")
    expect(again.get_by_label("Path and query")).to_have_value(re.compile("redirect_uri=http%3A%2F%2Fattacker"))
    again.get_by_role("button", name="Send it").click()
    expect(again).to_contain_text("HTTP/1.1 400 BAD REQUEST")
    again.get_by_label("Path and query").fill("http://attacker.localhost/")
    again.get_by_role("button", name="Send it").click()
    expect(again.get_by_role("alert")).to_be_visible()


def test_two_flows_stand_side_by_side(page: Page, addresses: Addresses) -> None:
    wire = open_wire_with_both_flows(page, addresses)
    wire.get_by_role("link", name="Compare", exact=True).click()
    expect(wire.get_by_role("heading", name="Two flows, step by step")).to_be_visible()
    table = wire.get_by_role("table")
    expect(table.get_by_role("columnheader").nth(1)).to_contain_text("Balance")
    expect(table.get_by_role("columnheader").nth(2)).to_contain_text("Budget")
    expect(wire.get_by_role("status").filter(has_text="differ.")).to_be_visible()
    trade = table.get_by_role("row").filter(has=wire.get_by_role("link", name="POST /token"))
    expect(trade.get_by_role("cell").nth(0)).to_contain_text("Balance → Bank ID · front channel")
    expect(trade.get_by_role("cell").nth(1)).to_contain_text("Budget → Bank ID · back channel")
    expect(trade.get_by_role("rowheader")).to_contain_text("differs: channel, secrets")
    expect(trade.get_by_role("cell").nth(1)).to_contain_text("client secret")
    expect(trade.get_by_role("cell").nth(0)).not_to_contain_text("client secret")
    trade.get_by_role("link").nth(1).click()
    expect(message(wire, "Budget to Bank ID: POST /token")).to_have_attribute("aria-pressed", "true")
