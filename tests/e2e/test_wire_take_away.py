"""Take a flow away, as files that other people's programs read, and as a link."""

import json
import re
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from playwright.sync_api import Browser, Page, expect

from tests.e2e.steps import connect, expect_budget
from tests.e2e.wire_steps import inspector, message, only_flow, open_wire, opened
from tests.support.node_tools import complaint_about_har, install
from wire.addresses import Addresses

SVG = "{http://www.w3.org/2000/svg}"
SECRET = {"password", "client_secret", "session", "state", "verifier", "code", "access_token", "refresh_token"}


def download(wire: Page, words: str) -> str:
    """Choose from the menu, and return what came."""
    menu = wire.get_by_role("group").filter(has=wire.get_by_text("Export", exact=True))
    if not wire.get_by_role("link", name="HAR", exact=True).is_visible():
        menu.get_by_text("Export", exact=True).click()
    with wire.expect_download() as coming:
        menu.get_by_role("link", name=words, exact=True).click()
    return Path(coming.value.path()).read_text()


def test_files_are_what_their_readers_expect(page: Page, addresses: Addresses, chromium: Browser) -> None:
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(message(wire, "Budget answers with a page")).to_be_visible()
    flow = only_flow(addresses)
    requests = [each for each in flow["messages"] if each["kind"] == "request"]
    secrets = {found["value"] for each in flow["messages"] for found in each["artifacts"] if found["kind"] in SECRET}
    assert len(secrets) >= len(SECRET)

    archive = download(wire, "HAR")
    assert complaint_about_har(archive) == ""
    entries = json.loads(archive)["log"]["entries"]
    assert [entry["request"]["method"] for entry in entries] == [each["method"] for each in requests]

    reader = chromium.new_page()
    reader.add_script_tag(path=install() / "mermaid" / "dist" / "mermaid.min.js")
    drawing = download(wire, "Mermaid")
    assert reader.evaluate("text => mermaid.parse(text)", drawing)["diagramType"] == "sequence"
    assert drawing.count(">>") >= len(flow["messages"]) - len([m for m in flow["messages"] if m["kind"] == "note"])
    reader.close()

    picture = ElementTree.fromstring(download(wire, "SVG"))
    assert picture.tag == f"{SVG}svg" and len(picture.findall(f"{SVG}g")) == len(flow["messages"])

    whole = download(wire, "Markdown")
    assert whole.count("\n## ") == len(flow["messages"])
    assert all(found["value"] in whole for found in flow["messages"][0]["artifacts"]) and "looking-glass" in whole
    assert len([secret for secret in secrets if secret in whole]) >= len(SECRET) - 1  # one stands in Basic only
    for form in ("HAR", "Mermaid", "SVG", "Markdown"):
        cut = download(wire, f"{form}, secrets cut")
        assert not [secret for secret in secrets if secret in cut or quote(secret, safe="") in cut], form
        assert not re.search(r"Basic [A-Za-z0-9+/=]{8,}", cut), form


def test_a_link_to_a_flow_opens_at_the_same_message(page: Page, addresses: Addresses, chromium: Browser) -> None:
    """The address says where we are; a colleague who opens it sees the same message, after a reload as well."""
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    expect(message(wire, "Budget answers with a page")).to_be_visible()
    opened(wire, "Bank ID to Browser: 303 → /callback")
    expect(wire).to_have_url(re.compile("message="))
    with chromium.new_context() as elsewhere:
        tab = elsewhere.new_page()
        tab.goto(wire.url)
        for _ in range(2):
            row = message(tab, "Bank ID to Browser: 303 → /callback")
            expect(row).to_have_attribute("aria-pressed", "true")
            expect(row).to_be_in_viewport()
            expect(inspector(tab).get_by_role("heading", level=2)).to_contain_text("303")
            tab.reload()


def test_a_message_becomes_a_line_for_the_shell(page: Page, addresses: Addresses) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=addresses.origin("classroom"))
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    opened(wire, "Budget to Bank ID: POST /token").get_by_role("button", name="Copy as curl").click()
    expect(wire.get_by_role("status").filter(has_text="The curl line is copied.")).to_have_count(1)
    line = wire.evaluate("navigator.clipboard.readText()")
    assert line.startswith("curl ") and f"{addresses.origin('auth')}/token" in line
    assert "grant_type=authorization_code" in line
