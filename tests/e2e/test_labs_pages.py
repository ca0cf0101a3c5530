"""The labs' pages in Chromium: by button and by hand, with the defence off and on, the same verdict from the wire."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests import node_tools
from tests.chromium import FLAGS
from tests.e2e.steps import PASSWORDS
from tests.embedded_valkey import running_valkey
from tests.labs_world import Labs, running_labs

AUDIT = (Path(__file__).parent / "audit.js").read_text()
SIZES = ({"width": 1440, "height": 900}, {"width": 360, "height": 740})
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VERDICTS = {"off": "It worked", "on": "Refused"}


@pytest.fixture(scope="module")
def labs() -> Iterator[Labs]:
    with running_valkey() as valkey, running_labs(valkey) as found:
        yield found


class Learner:
    """Somebody in front of a browser, at the page of one lab; every step opens in a tab of its own."""

    def __init__(self, labs: Labs, context: BrowserContext, name: str) -> None:
        self.labs, self.context, self.name = labs, context, name
        self.lab = context.new_page()
        self.lab.goto(f"{labs.origin}/labs/{name}")
        self.tab = self.lab

    def turn(self, position: str) -> None:
        """Use the switch, which needs no reload."""
        switch = self.lab.get_by_role("switch", name="The defence")
        with self.lab.expect_response(lambda answer: answer.url.endswith("/defence")):
            switch.click()
        expect(switch).to_be_checked(checked=position == "on")

    def step(self, number: int) -> Locator:
        self.lab.bring_to_front()  # a page behind another one is slow
        return self.lab.locator("ol.steps > li").nth(number - 1)

    def goes(self, number: int) -> Page:
        """Follow the link of a step of Alice's."""
        return self.opens(self.step(number).get_by_role("link", name="Go there as Alice"))

    def acts(self, number: int, given: str = "") -> Page:
        """Press the button of a step of somebody else's."""
        if given:
            self.step(number).get_by_role("textbox").fill(given)
        return self.opens(self.step(number).get_by_role("button", name="Do it"))

    def opens(self, what: Locator) -> Page:
        with self.context.expect_page() as opened:
            what.click()
        self.tab = opened.value
        self.tab.wait_for_load_state()
        return self.tab

    def agrees(self) -> None:
        """Sign in and allow, where Bank ID asks."""
        if self.tab.get_by_label("User name").count():
            self.tab.get_by_label("User name").fill("alice")
            self.tab.get_by_label("Password").fill(PASSWORDS["alice"])
            self.tab.get_by_role("button", name="Sign in").click()
            self.tab.wait_for_load_state()
        if self.tab.get_by_role("button", name="Allow", exact=True).count():
            self.tab.get_by_role("button", name="Allow", exact=True).click()
            self.tab.wait_for_load_state()

    def reads(self, verdict: str) -> None:
        """Ask the wire what came of it, and see the messages that prove it."""
        self.lab.bring_to_front()
        self.lab.get_by_role("button", name="Read the verdict from the wire").click()
        expect(self.lab.get_by_role("heading", name=verdict)).to_be_visible()
        expect(self.lab.locator("#wire .proof").first).to_be_visible()

    def callback_on_the_wire(self) -> str:
        """Find the address of the callback, as the wire shows it."""
        address = f"{self.labs.classroom}/api/messages?limit=1000&world={self.name}"
        found = self.labs.http.get(address).json()["messages"]
        newest = [one for one in found if one["kind"] == "request" and one["path"] == "/callback"][-1]
        return str(newest["origin"] + newest["target"])


def code_replay(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.acts(2, given=learner.callback_on_the_wire())
    learner.acts(3)


def redirect_matrix(learner: Learner) -> None:
    learner.acts(1).get_by_role("link", name="Follow it as Alice").click()
    learner.tab.wait_for_load_state()
    learner.agrees()
    learner.acts(3)


def login_csrf(learner: Learner) -> None:
    learner.goes(1)
    learner.agrees()
    learner.goes(2)
    learner.acts(3).get_by_role("link", name="Follow it as Alice").click()
    learner.tab.wait_for_load_state()
    learner.goes(5)


def scheme_hijack(learner: Learner) -> None:
    for number in (1, 2):
        app = learner.goes(number)
        learner.context.new_cdp_session(app).send("Page.setRPHRegistrationMode", {"mode": "autoAccept"})
        app.get_by_role("button", name="Install: claim").click()
        expect(app.get_by_role("status")).to_contain_text("Asked the browser")
    learner.goes(3)
    learner.agrees()
    expect(learner.tab.get_by_role("heading", name="Torch was opened with an address")).to_be_visible()
    code = learner.tab.get_by_role("row", name="code").get_by_role("cell").last.inner_text()
    learner.acts(4)
    learner.acts(5, given=code)


BY_HAND: dict[str, Callable[[Learner], None]] = {
    "code-replay": code_replay,
    "redirect-matrix": redirect_matrix,
    "login-csrf": login_csrf,
    "scheme-hijack": scheme_hijack,
}


@pytest.fixture
def learner(labs: Labs, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Learner]:
    """Sit down at a browser with a profile: only such a one remembers which app claims a scheme."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = chromium.browser_type.launch_persistent_context(
            profile, executable_path=shutil.which("chromium"), args=FLAGS, headless=True
        )
        context.set_default_timeout(10_000)
        wrong: list[str] = []
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        yield Learner(labs, context, request.param)
        context.close()
    assert wrong == []


@pytest.mark.parametrize("learner", BY_HAND, indirect=True)
def test_by_hand_and_by_button_the_wire_says_the_same(learner: Learner) -> None:
    for position, verdict in VERDICTS.items():
        if position == "on":
            learner.turn("on")
        BY_HAND[learner.name](learner)
        learner.reads(verdict)
        learner.lab.get_by_role("button", name="Run the attack").click()
        expect(learner.lab.locator("#run")).to_be_enabled()
        expect(learner.lab.get_by_role("heading", name=verdict)).to_be_visible()
    both = learner.lab.get_by_role("row", name="Outcome").get_by_role("cell")
    expect(both).to_have_text(list(VERDICTS.values()))
    learner.lab.get_by_role("button", name="Reset this world").click()
    expect(learner.lab.locator("#result")).to_be_hidden()


@pytest.mark.parametrize("path", ["/", "/labs/code-replay", "/labs/redirect-matrix", "/redirect-uris", "/defences"])
def test_the_pages_are_for_everybody(labs: Labs, page: Page, path: str) -> None:
    page.goto(labs.origin + path)
    if path.startswith("/labs/"):
        page.get_by_role("button", name="Run the attack").click()
        expect(page.locator("#result")).to_be_visible()
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            where = f"{path}, {size['width']} px, {scheme}"
            assert page.evaluate(AUDIT) == [], where
            page.evaluate(node_tools.axe())
            found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], where


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


def test_the_matrix_is_filled_in_by_running_its_cells(labs: Labs, page: Page) -> None:
    page.goto(f"{labs.origin}/labs/redirect-matrix")
    page.get_by_role("button", name="Run every cell").click()
    line = page.locator("#cells-table").get_by_role("row", name="starts and redeems balance").get_by_role("cell")
    expect(line).to_contain_text(["", "balance", "400", *["succeeded"] * 3], timeout=30_000)
    secret = page.locator("#cells-table").get_by_role("row", name="starts and redeems budget").get_by_role("cell")
    expect(secret).to_contain_text(["", "budget", "400", *["401 invalid_client"] * 3])


def test_the_bench_says_what_each_rule_lets_in(labs: Labs, page: Page) -> None:
    page.goto(f"{labs.origin}/redirect-uris")
    page.get_by_label("Registered").fill("http://app.localhost/callback")
    page.get_by_label("Requested").fill("http://app.localhost/leave?to=http://attacker.localhost")
    page.get_by_role("button", name="Compare").click()
    rows = page.locator("#said tbody tr")
    expect(rows.locator("td:nth-of-type(1)")).to_have_text(["refuses", "refuses", "refuses", "takes it"])
    expect(rows.last.get_by_role("link")).to_have_text("open-redirector")
