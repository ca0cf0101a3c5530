"""The labs' pages in Chromium: for everybody, and what stands on them beside the attack."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.support import node_tools
from tests.support.labs_world import Labs

AUDIT = (Path(__file__).parent / "audit.js").read_text()
SIZES = ({"width": 1440, "height": 900}, {"width": 360, "height": 740})
RULES_OF_THE_BENCH = ["exact", "substring", "prefix", "host only"]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "iframes": False,  # in the classroom's frame is no axe that could answer
}


@pytest.mark.parametrize("path", ["/", "/labs/code-replay", "/labs/redirect-matrix", "/redirect-uris", "/defences"])
def test_the_pages_are_for_everybody(labs: Labs, page: Page, path: str) -> None:
    if path.startswith("/labs/"):
        labs.turn(path.rpartition("/")[2], on=False)
    page.goto(labs.origin + path)
    if path.startswith("/labs/"):
        page.get_by_label("Pause before each step").uncheck()
        page.get_by_role("button", name="Run the attack").click()
        expect(page.get_by_role("heading", name="It worked")).to_be_focused()
        expect(page.locator("#run")).to_be_enabled()
    assert complaints(page) == []


@pytest.mark.parametrize("on", [False, True])
def test_the_diagram_that_a_lab_frames_is_for_everybody(labs: Labs, page: Page, on: bool) -> None:
    labs.turn("code-replay", on=on)
    told = labs.attack("code-replay")
    asked = {name: told[name] for name in ("after", "until", "verdict")} | {"proof": ",".join(told["evidence"])}
    page.goto(f"{labs.classroom}/wire/run?{urlencode({'world': 'code-replay'} | asked)}")
    expect(page.get_by_role("link", name="Refusal: " if on else "Proof: ")).to_have_count(len(told["evidence"]))
    found = [one for one in complaints(page) if ": inline: " not in one]
    assert found == []  # a diagram sets its lanes inline


@pytest.mark.parametrize("path", ["/no-such-page", "/labs/no-such-lab"])
def test_a_page_that_is_not_there_leads_back(labs: Labs, page: Page, path: str) -> None:
    page.goto(labs.origin + path)
    assert complaints(page) == []
    page.get_by_role("main").get_by_role("link", name="All labs").click()
    expect(page).to_have_url(f"{labs.origin}/")


def test_the_workshop_is_for_everybody(labs: Labs, page: Page) -> None:
    """Every page of the attacker's own: its loot, empty and full, and what comes of a step."""
    labs.turn("code-replay", on=False)
    here = labs.world("code-replay").here
    page.goto(f"{here.attacker}/loot")
    assert complaints(page) == []
    page.get_by_role("button", name="Do it").last.click()
    expect(page.get_by_role("heading", name="This cannot be done now")).to_be_visible()
    assert complaints(page) == []
    labs.attack("code-replay")
    page.goto(f"{here.attacker}/collect?code=%3Cb%3Enot+bold%3C/b%3E")
    assert complaints(page) == []
    page.get_by_role("link", name="its loot").click()
    expect(page.get_by_text("<b>not bold</b>")).to_be_visible()
    for summary in page.get_by_text("Redeem it", exact=True).all():
        summary.click()
    assert complaints(page) == []
    page.get_by_role("button", name="Ask the bank for accounts").first.click()
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()
    assert complaints(page) == []
    page.goto(f"{here.attacker}/loot")
    page.get_by_role("textbox", name="the URL of the callback").fill("http://x/callback?code=abc")
    page.get_by_role("button", name="Do it").first.click()
    expect(page.get_by_role("heading", name="Step 2 of 4 is done")).to_be_visible()
    assert complaints(page) == []


@pytest.mark.parametrize("app", ["piggy", "torch"])
def test_the_phone_is_for_everybody(labs: Labs, page: Page, app: str) -> None:
    phone = labs.world("scheme-hijack").here.origin(app)
    page.goto(phone)
    page.get_by_text("Nothing happens after Allow?").click()
    assert complaints(page) == []
    page.goto(f"{phone}/opened?uri=web%2Bpiggy://x?code={'c' * 43}")
    assert complaints(page) == []


def complaints(page: Page) -> list[str]:
    """Look at a page in both sizes and both schemes; return what is wrong with it."""
    found = []
    page.evaluate(node_tools.axe())
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            broken = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
            told = [*page.evaluate(AUDIT), *((one["id"], [node["html"] for node in one["nodes"]]) for one in broken)]
            found += [f"{size['width']} px, {scheme}: {one}" for one in told]
    return found


def test_every_lab_leads_to_the_next_and_to_its_messages(labs: Labs, page: Page) -> None:
    page.goto(f"{labs.origin}/labs/code-replay")
    page.get_by_role("button", name="Run the attack").click()
    page.get_by_role("link", name="Open on the wire").click()
    expect(page).to_have_url(re.compile("world=code-replay"))
    expect(page.get_by_text("The world of the lab code-replay")).to_be_visible()
    expect(page.locator("#diagram")).to_contain_text("Attacker")
    page.get_by_role("link", name="code-replay").click()
    first = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Next lab").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)


def test_what_a_lab_notes_is_told_in_words(labs: Labs, page: Page) -> None:
    """A step is no message of anybody's, and what it names as code is set as code."""
    labs.attack("mix-up-budget")
    page.goto(f"{labs.classroom}/wire?world=mix-up-budget")
    diagram = page.locator("#diagram")
    step = diagram.get_by_role("button", name=re.compile("with her state and Alice's code")).last
    expect(step).to_be_visible()  # of the newest run: other tests may have played it before
    expect(diagram).not_to_contain_text("`")
    step.click()
    opened = page.get_by_role("complementary", name="The selected message")
    expect(opened).to_contain_text("The lab notes what no message shows.")
    expect(opened).not_to_contain_text("`")


def test_step_mode_is_offered_where_something_is_held(labs: Labs, page: Page) -> None:
    """It holds the secure parties for everybody, and no world; the switch says so, and a world's page has none."""
    switch = page.get_by_role("switch", name="Step mode")
    page.goto(f"{labs.classroom}/wire")
    expect(switch).to_have_accessible_description(re.compile("everybody’s"))
    page.goto(f"{labs.classroom}/wire?world=code-replay")
    expect(page.get_by_text("step mode holds nothing here")).to_be_visible()
    expect(page.get_by_role("search", name="Messages")).to_be_visible()
    expect(switch).to_have_count(0)


def test_two_runs_of_a_lab_are_compared_in_its_world(labs: Labs, page: Page) -> None:
    """The list says how the switch stood; another flow, a new look and the way to a message stay in the world."""
    for on in (False, True):
        labs.turn("code-replay", on=on)
        labs.attack("code-replay")
    page.goto(f"{labs.classroom}/wire/compare?world=code-replay")
    left, right = page.get_by_label("Left"), page.get_by_label("Right")
    with_it, without_it = (left.get_by_role("option", name=f"the defence is {word}") for word in ("on", "off"))
    expect(with_it).not_to_have_count(0)
    expect(without_it).not_to_have_count(0)
    left.select_option(with_it.first.get_attribute("value"))
    right.select_option(without_it.first.get_attribute("value"))
    for _ in range(2):
        expect(page.get_by_role("columnheader")).to_contain_text(["Step", "the defence is on", "the defence is off"])
        expect(page).to_have_url(re.compile("world=code-replay"))
        page.reload()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_text("The world of the lab code-replay")).to_be_visible()
    opened = page.get_by_role("complementary", name="The selected message")
    expect(opened.get_by_role("heading", level=2)).to_be_visible()


def test_a_run_of_a_lab_is_presented_in_its_world(labs: Labs, page: Page) -> None:
    page.goto(f"{labs.classroom}/wire/present?world=no-such-run")
    page.get_by_role("main").get_by_role("link", name="the wire").click()
    expect(page.get_by_text("The world of the lab no-such-run")).to_be_visible()
    labs.attack("code-replay")
    page.goto(f"{labs.classroom}/wire/present?world=code-replay")
    for _ in range(2):
        expect(page.locator("#slide")).to_contain_text("channel")
        expect(page).to_have_url(re.compile("world=code-replay"))
        page.reload()
    page.get_by_role("link", name="Back to the wire").click()
    expect(page.get_by_text("The world of the lab code-replay")).to_be_visible()


def test_the_matrix_is_filled_in_by_running_its_cells(labs: Labs, page: Page) -> None:
    page.goto(f"{labs.origin}/labs/redirect-matrix")
    page.get_by_role("button", name="Run every cell").click()
    table = page.get_by_role("region", name="Every cell")
    line = table.get_by_role("row", name="The attacker starts and redeems Balance").get_by_role("cell")
    expect(line).to_contain_text(["Refused 400", *["It worked"] * 3], timeout=90_000)
    secret = table.get_by_role("row", name="The attacker starts and redeems Budget").get_by_role("cell")
    expect(secret).to_contain_text(["Refused 400", *["Refused 401 invalid_client"] * 3])
    expect(table.get_by_role("columnheader")).to_have_text(["Attack", "App", *RULES_OF_THE_BENCH])


def test_the_bench_says_what_each_rule_lets_in(labs: Labs, page: Page) -> None:
    page.goto(f"{labs.origin}/redirect-uris")
    page.get_by_label("Registered").fill("http://app.localhost/callback")
    page.get_by_label("Requested").fill("http://app.localhost/leave?to=http://attacker.localhost")
    page.get_by_role("button", name="Compare").click()
    rows = page.locator("#said tbody tr")
    expect(rows.get_by_role("rowheader")).to_have_text(RULES_OF_THE_BENCH)
    expect(rows.locator("td:nth-of-type(1)")).to_have_text(["refuses", "refuses", "refuses", "takes it"])
    expect(rows.last.get_by_role("link")).to_have_text("The right house, the wrong door")
