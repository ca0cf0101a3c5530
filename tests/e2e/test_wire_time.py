"""Time travel, filters, and the presenter's view: all of it by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, expect_budget
from tests.e2e.wire_steps import custody, diagram, inspector, message, open_wire, opened
from wire.addresses import Addresses


@pytest.fixture
def wire(page: Page, addresses: Addresses) -> Iterator[Page]:
    """Open the wire with a finished flow of Budget's on it."""
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(message(wire, "Budget answers with a page")).to_be_visible()
    yield wire


def position(wire: Page) -> tuple[int, int]:
    """Return which message is looked at, and how many there are."""
    here, _, all_ = wire.locator("#count").inner_text().partition(" / ")
    return int(here), int(all_)


def test_arrows_travel_in_time_and_custody_follows(wire: Page) -> None:
    number = int(message(wire, "200 OK access token").inner_text().split()[0])
    here, all_ = position(wire)
    assert here == all_ > number
    table = wire.get_by_role("table", name="Custody: who holds what")
    for _ in range(all_ - number):
        wire.keyboard.press("ArrowLeft")
    expect(wire.get_by_role("button", name=f"after {number}", exact=True)).to_be_visible()
    expect(custody(wire, "access token", "Budget")).to_have_text("holds it")
    expect(custody(wire, "code", "Budget")).to_have_text(re.compile("spent"))
    wire.keyboard.press("ArrowLeft")
    expect(wire.get_by_role("button", name=f"after {number - 1}", exact=True)).to_be_visible()
    expect(table.get_by_role("row", name=re.compile("^access token"))).to_have_count(0)
    expect(message(wire, "POST /token")).to_have_attribute("aria-pressed", "true")
    expect(inspector(wire).get_by_role("heading", name="POST /token")).to_be_visible()
    wire.get_by_role("button", name="at the end").click()
    expect(custody(wire, "access token", "Budget")).to_have_text("holds it")
    wire.get_by_role("button", name="Step back").focus()
    wire.keyboard.press("Enter")
    expect(wire.locator("#count")).to_have_text(f"{number - 2} / {all_}")
    wire.get_by_role("slider", name="Moment").focus()
    wire.keyboard.press("Home")
    expect(wire.locator("#count")).to_have_text(f"1 / {all_}")
    expect(wire.get_by_role("slider", name="Moment")).to_have_attribute("aria-valuetext", f"after message 1 of {all_}")


def test_the_keyboard_walks_through_the_rows(wire: Page) -> None:
    """One row is in the order of tabs; arrows move on, and focus goes along."""
    message(wire, "Budget answers with a page").focus()
    wire.keyboard.press("Home")
    expect(message(wire, "Browser to Budget: GET /connect")).to_be_focused()
    wire.keyboard.press("ArrowDown")
    expect(diagram(wire).locator("button[aria-pressed=true]")).to_be_focused()
    assert position(wire)[0] == 2
    wire.keyboard.press("ArrowUp")
    expect(message(wire, "Browser to Budget: GET /connect")).to_be_focused()
    wire.keyboard.press("End")
    expect(message(wire, "Budget answers with a page")).to_be_focused()
    assert diagram(wire).locator("li.msg button[tabindex='0']").count() == 1


def test_messages_are_found_by_party_kind_and_word(wire: Page) -> None:
    every = message(wire, re.compile("."))
    all_ = every.count()
    shown = wire.get_by_role("search", name="Messages").get_by_role("status")
    search = wire.get_by_role("searchbox", name="Search")
    search.fill("introspect")
    expect(shown).to_have_text(f"8 of {all_} messages shown")  # and two documents of metadata name the endpoint
    expect(every).to_have_count(8)
    search.fill("token_type Bearer")  # in the body of the token response, and of three answers of the introspection
    expect(every).to_have_count(4)
    search.fill("nothing-like-this")
    expect(diagram(wire).get_by_text("None of these messages fits")).to_be_visible()
    search.fill("")
    expect(diagram(wire).get_by_text("None of these messages fits")).to_have_count(0)
    expect(every).to_have_count(all_)
    wire.get_by_label("Kind").select_option("code")
    expect(every).to_have_count(3)
    expect(message(wire, "POST /token")).to_have_count(1)
    looked_at = diagram(wire).locator("button[aria-pressed=true]")
    expect(looked_at).to_have_count(0)  # it carries no code
    back = wire.get_by_role("button", name="Step back")
    for row in reversed(every.all()):
        back.click()
        expect(row).to_have_attribute("aria-pressed", "true")
    expect(back).to_be_disabled()
    wire.get_by_label("Kind").select_option("")
    wire.get_by_label("Party").select_option("bank")
    expect(message(wire, "Bank API").first).to_be_visible()
    expect(message(wire, "POST /login")).to_have_count(0)


def test_one_secret_shows_its_whole_journey(wire: Page) -> None:
    """Press its name, and it is lit wherever it travels, and told in words."""
    table = wire.get_by_role("table", name="Custody: who holds what")
    name = table.get_by_role("button", name=re.compile("^code (?!v|c).*show its journey"))
    name.click()
    expect(name).to_have_attribute("aria-pressed", "true")
    expect(wire.get_by_role("status").filter(has_text="It travels in messages")).to_contain_text("Browser to Budget")
    label = name.locator("code").inner_text()
    lit = diagram(wire).locator(".chip.traced")
    expect(lit).to_have_count(3)
    assert set(lit.locator("code").all_inner_texts()) <= {label, ""}  # in little room there is only the sign


def test_a_message_tells_where_its_secrets_come_from_and_who_sent_it(wire: Page, addresses: Addresses) -> None:
    """First and last message, its end, what it is bound to; and the evidence for the sender."""
    shown = opened(wire, "Budget to Bank ID: POST /token")
    expect(shown.get_by_text("sender known by User-Agent: glassbox-budget")).to_be_visible()
    number = int(message(wire, "Budget to Bank ID: POST /token").inner_text().split()[0])
    made = int(message(wire, "Bank ID to Browser: 303 → /callback").inner_text().split()[0])
    secrets = shown.locator(".traces")
    expect(secrets).to_contain_text(f"First seen in message {made}, last in message {number}.")
    expect(secrets).to_contain_text(f"Bound to client budget, redirect URI {addresses.origin('budget')}/callback, ")
    token = opened(wire, "200 OK access token").locator(".traces")
    expect(token).to_contain_text(re.compile(r"Lives until \d+:\d\d:\d\d"))
    expect(token).to_contain_text("person alice")


def test_the_eavesdropper_learns_with_every_message(wire: Page) -> None:
    ears = wire.locator("#eavesdropper")
    opened(wire, "Bank ID to Browser: 303 → /callback")
    front = ears.locator("section").filter(has=wire.get_by_role("heading", name="On the front channel"))
    back = ears.locator("section").filter(has=wire.get_by_role("heading", name="On the back channel"))
    expect(front.get_by_role("listitem").filter(has_text=re.compile("^Cocode"))).to_have_count(1)
    expect(back).to_contain_text("nothing yet")
    opened(wire, "200 OK access token")
    expect(back.get_by_role("listitem").filter(has_text="access token")).to_have_count(1)
    expect(front.get_by_role("listitem").filter(has_text="access token")).to_have_count(0)


def test_the_presenter_moves_with_a_clicker(wire: Page) -> None:
    opened(wire, "Bank ID to Browser: 303 → /callback")
    number = int(message(wire, "Bank ID to Browser: 303 → /callback").inner_text().split()[0])
    wire.wait_for_url(re.compile("message="))
    wire.goto(wire.url.replace("/wire?", "/wire/present?"))
    says = wire.get_by_role("article").get_by_role("heading", level=2)
    expect(says).to_contain_text("gives the browser the authorization response")
    for key in ("PageDown", "ArrowRight", " "):
        wire.keyboard.press(key)
    expect(wire.locator("#place")).to_have_text(re.compile(f"^{number + 3} / "))
    for key in ("PageUp", "ArrowLeft"):
        wire.keyboard.press(key)
    expect(wire.locator("#place")).to_have_text(re.compile(f"^{number + 1} / "))
    expect(wire.get_by_text("Front channel: through the browser")).to_be_visible()
    size = says.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size >= 32
    wire.get_by_role("link", name="Back to the wire").click()
    expect(message(wire, "Browser to Budget: GET /callback")).to_have_attribute("aria-pressed", "true")
