"""The classroom for everybody: by ear, in the dark, on a phone, without motion."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.learner import TWO_FRAMES
from tests.e2e.steps import press_connect
from tests.e2e.test_pages import SIZES
from tests.e2e.wire_steps import PAGES, diagram, flow_tab, message, open_wire, open_wire_with_both_flows
from tests.support.node_tools import axe
from wire.addresses import Addresses

SCREENSHOTS = Path(__file__).parent.parent / "screenshots"


@pytest.fixture
def wire(page: Page, addresses: Addresses) -> Page:
    return open_wire_with_both_flows(page, addresses)


def visit(wire: Page, addresses: Addresses, path: str) -> None:
    """Open a page of the classroom, and wait until it shows what it has to show."""
    wire.goto(addresses.origin("classroom") + path)
    expect(
        wire.get_by_role("link", name=re.compile(r"^(\d) of \1 parties ready")).or_(wire.locator("#slide article"))
    ).to_be_visible()
    shown = {"/wire": "#custody [role=row]", "/wire/compare": "#steps td", "/wire/present": "#slide .ends"}
    expect(wire.locator(shown.get(path, "#health-rows td, #houses h2")).first).to_be_visible()


def test_pages_keep_nobody_out(wire: Page, addresses: Addresses) -> None:
    """No violation that axe finds, by day and by night; nothing is wider than a phone.

    With SCREENSHOTS=1 a picture of each page is kept, for people to look at: to paint them takes longer than to check.
    """
    pictures = os.environ.get("SCREENSHOTS") == "1"
    SCREENSHOTS.mkdir(exist_ok=True)
    for name, path in PAGES.items():
        wire.set_viewport_size(SIZES[0])  # type: ignore[arg-type]
        visit(wire, addresses, path)
        wire.evaluate(axe())
        for size in SIZES:
            wire.set_viewport_size(size)  # type: ignore[arg-type]
            for scheme in ("light", "dark"):
                wire.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                wire.evaluate(TWO_FRAMES)
                if pictures:
                    picture = SCREENSHOTS / f"{name}-{size['width']}-{scheme}.png"
                    wire.screenshot(path=picture, full_page=name != "wire")
                look_closely(wire, f"{name}, {size['width']} px, {scheme}")


def look_closely(wire: Page, where: str) -> None:
    """Let axe look at the page as it is now, and see that it saw something."""
    found = wire.evaluate("axe.run({resultTypes: ['violations']})")
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found["violations"]] == [], where
    assert {"color-contrast", "button-name", "heading-order"} <= {each["id"] for each in found["passes"]}, where
    assert wire.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, where


def test_the_diagram_reads_well(wire: Page) -> None:
    """A screen reader hears the number, what happens, who speaks to whom, and each secret by its name."""
    flow_tab(wire, "Budget, for alice").check()
    expect(message(wire, "Budget answers with a page")).to_be_visible()
    expect(diagram(wire)).to_match_aria_snapshot("""
    - group "Messages of this flow, in order":
      - list "Who takes part, from left to right":
        - listitem: Budget client, with a server
        - listitem: Alice’s browser where the person is
        - listitem: Bank ID authorization server
        - listitem: Bank API resource server
    """)
    route = re.compile(
        r"^\d+ .+ (Budget|Browser|Bank ID|Bank API) to (Budget|Browser|Bank ID|Bank API): (GET|POST|\d{3}) "
    )
    snapshot = diagram(wire).aria_snapshot()
    names = re.findall(r'button "([^"]*)"', snapshot)
    assert len(names) == diagram(wire).get_by_role("button").count() > 30
    assert [name for name in names if not route.match(name)] == []
    assert [name for name in names if "POST /token" in name and "code" in name and "client secret" in name]


def test_nothing_moves_for_those_who_asked_for_it(page: Page, addresses: Addresses) -> None:
    page.emulate_media(reduced_motion="reduce")
    wire = open_wire(page, addresses)
    page.goto(addresses.origin("budget"))
    press_connect(page)
    expect(message(wire, "Bank ID to Browser: 200 OK")).to_be_visible()
    moving = "document.getAnimations().filter(({playState}) => playState === 'running').length"
    wire.emulate_media(reduced_motion="no-preference")
    assert wire.evaluate(moving) > 0
    wire.emulate_media(reduced_motion="reduce")
    assert wire.evaluate(moving) == 0
