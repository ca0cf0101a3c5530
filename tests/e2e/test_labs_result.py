"""What came of a run, on a lab's page: the classroom's diagram in a frame, live and afterwards, and what is by it."""

import re
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Response
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.learner import Learner, press
from tests.support.labs_world import Labs

FRAME = """src => new Promise(go => {
  const frame = document.body.appendChild(document.createElement("iframe"));
  frame.onload = go;
  frame.src = src;
})"""
HEIGHT = "() => document.querySelector('#diagram iframe').height"


@pytest.fixture
def learner(labs: Labs, page: Page) -> Learner:
    labs.turn("code-replay", on=False)
    return Learner(labs, page, "code-replay")


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Semaphore]:
    """Let the pauses before the steps last until the test lets the next step go."""
    gate = threading.Semaphore(0)
    monkeypatch.setattr("labs.running.time", SimpleNamespace(sleep=lambda _: gate.acquire(timeout=60)))
    yield gate
    gate.release(100)


def test_a_run_is_seen_while_it_goes_on_step_by_step(learner: Learner, steps: threading.Semaphore) -> None:
    learner.slowly.check()
    press(learner.lab.get_by_role("button", name="Run the attack"))
    shown = learner.diagram
    brings = {1: "GET /callback", 2: "Bank ID to Attacker: 200", 4: "Bank API to Attacker: 200"}  # in 3 Alice looks
    for number in range(1, 5):
        expect(shown.get_by_role("link", name=f"Step {number}")).to_be_in_viewport()
        expect(learner.lab.get_by_role("heading", name="The attack runs")).to_be_visible()
        if number in brings:
            expect(shown.get_by_role("link", name=brings[number])).to_have_count(0)
        steps.release()
        if number in brings and number < 4:
            expect(shown.get_by_role("link", name=brings[number])).to_be_visible()
    learner.sees("It worked")
    expect(shown.get_by_role("link", name="Proof: ").last).to_contain_text("Bank API to Attacker: 200")
    expect(learner.lab.locator("iframe")).to_have_count(1)


def test_numbers_are_the_same_in_the_diagram_in_the_list_and_beside_them(learner: Learner) -> None:
    learner.runs("It worked")
    facts = learner.lab.get_by_text(re.compile("^Bank API to Attacker, message"))
    number = facts.inner_text().rpartition(" ")[2]
    expect(learner.diagram.get_by_role("link", name="Proof: ").last).to_have_accessible_name(re.compile(f"^{number} "))
    expect(learner.lab.locator("#wire .proof").last).to_have_attribute("value", number)
    expect(learner.lab.get_by_role("row", name="Outcome")).to_contain_text(f"It worked, at message {number}")
    expect(learner.lab.locator("#facts")).to_contain_text("Current account of alice")
    expect(learner.lab.locator("#wire")).not_to_contain_text("/static/")


def test_a_message_of_the_diagram_opens_on_the_wire_by_mouse_and_by_keyboard(learner: Learner) -> None:
    learner.runs("It worked")
    proof = learner.diagram.get_by_role("link", name="Proof: ").last
    wire = learner.opens(proof)
    expect(wire).to_have_url(re.compile(r"/wire\?world=code-replay&message="))
    expect(wire.locator("#diagram button[aria-pressed=true]")).to_contain_text("Bank API to Attacker: 200")
    wire.close()
    learner.lab.bring_to_front()
    proof.focus()
    for key in ("ArrowUp", "ArrowDown"):
        learner.lab.keyboard.press(key)
    with learner.context.expect_page():
        learner.lab.keyboard.press("Enter")


def test_the_frame_is_as_tall_as_what_is_in_it_and_believes_nobody_else(learner: Learner) -> None:
    learner.runs("It worked")
    inside = learner.diagram.locator("#run").evaluate("one => Math.ceil(one.offsetHeight)")
    expect(learner.lab.locator("#diagram iframe:not(.coming)")).to_have_attribute("height", str(inside))
    told = int(learner.lab.evaluate(HEIGHT))
    learner.lab.evaluate("postMessage({ height: 4321, ready: true }, '*')")  # another page's, or a weak world's
    learner.lab.evaluate(
        "new Promise(go => { addEventListener('message', () => go(), { once: true }); postMessage(1) })"
    )
    assert int(learner.lab.evaluate(HEIGHT)) == told
    press(learner.diagram.get_by_role("button", name="nothing new in them").first)
    expect(learner.lab.locator(f"#diagram iframe:not([height='{told}'])")).to_be_attached()
    assert int(learner.lab.evaluate(HEIGHT)) > told


def test_no_other_site_can_frame_it_and_the_labs_can_frame_nothing_else(labs: Labs, chromium: Browser) -> None:
    world = labs.world("code-replay")
    around = {"labs": f"{labs.origin}/labs/code-replay", "attacker": f"{world.here.attacker}/around"}
    inside = {"run": f"{labs.classroom}/wire/run?world=code-replay", "wire": f"{labs.classroom}/wire?world=code-replay"}
    open_to_all = {"Content-Security-Policy": "frame-src *"}
    world.collection.pages["/around"] = lambda world: Response("A page.", mimetype="text/html", headers=open_to_all)
    page = chromium.new_page()
    shown = {(one, other): frames(page, around[one], inside[other]) for one in around for other in inside}
    page.close()
    assert [pair for pair, is_there in shown.items() if is_there] == [("labs", "run")]


def frames(page: Page, around: str, inside: str) -> bool:
    """Whether a page gets another one to show within its own."""
    page.goto(around)
    page.evaluate(FRAME, inside)
    return page.frames[-1].url == inside


def nobody(route: Route) -> None:
    route.abort()


def test_where_the_classroom_shows_nothing_the_list_says_the_same(learner: Learner) -> None:
    learner.lab.route(re.compile("/wire/run"), nobody)
    press(learner.lab.get_by_role("button", name="Run the attack"))
    expect(learner.lab.get_by_text("The classroom does not show its diagram here.")).to_be_visible()
    expect(learner.lab.locator("#wire .proof").first).to_be_visible()
    expect(learner.lab.get_by_role("heading", name="It worked")).to_be_focused()


def test_both_runs_outlive_a_reload_and_end_with_the_world(learner: Learner) -> None:
    learner.runs("It worked")
    learner.turn("on")
    learner.runs("Refused")
    learner.lab.reload()
    rows = learner.lab.get_by_role("region", name="The switch off, and on").get_by_role("row")
    expect(rows.filter(has_text="Outcome").get_by_role("cell")).to_contain_text(["It worked", "Refused"])
    codes = rows.filter(has_text="Codes issued").get_by_role("cell")
    expect(codes).to_contain_text(["to Budget, Attacker", "to Budget, Attacker"])
    tokens = rows.filter(has_text="Tokens the attacker got").get_by_role("cell")
    expect(tokens).to_contain_text(["access token", "none"])
    learner.lab.goto(f"{learner.labs.origin}/")
    expect(learner.lab.get_by_role("listitem").filter(has_text="The same code, twice")).to_contain_text("Refused")
    learner.lab.go_back()
    press(learner.lab.get_by_role("button", name="Reset this world"))
    expect(rows).to_have_count(0)
    learner.lab.reload()
    expect(rows).to_have_count(0)


def test_what_a_step_asks_for_is_taken_from_the_wire(learner: Learner) -> None:
    button = learner.lab.get_by_role("button", name="Take it from the wire")
    learner.lab.get_by_role("button", name="Reset this world").click()
    press(button)
    expect(learner.lab.get_by_text("The wire has seen none yet")).to_be_visible()
    learner.goes(1)
    learner.agrees()
    came = learner.on_the_wire("/callback")
    learner.lab.bring_to_front()
    press(button)
    expect(learner.lab.get_by_text("The newest one that the wire has seen.")).to_be_visible()
    expect(learner.step(2).get_by_role("textbox")).to_have_value(came)
    learner.opens(learner.step(2).get_by_role("button", name="Do it"))
    learner.acts(4)
    learner.reads("It worked")


def test_light_and_dark_are_chosen_here_and_hold_for_the_diagram(learner: Learner) -> None:
    learner.runs("It worked")
    press(learner.lab.get_by_role("button", name="Switch between light and dark"))
    expect(learner.lab.locator("html")).to_have_attribute("data-theme", "dark")
    expect(learner.diagram.locator("html")).to_have_attribute("data-theme", "dark")
    learner.lab.reload()
    expect(learner.lab.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("name", ["code-replay", "redirect-matrix", "mix-up", "implicit-token"])
def test_the_switch_and_the_button_are_there_without_scrolling(labs: Labs, page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{labs.origin}/labs/{name}")
    expect(page.get_by_role("switch", name="The defence")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Run the attack")).to_be_in_viewport(ratio=1)
