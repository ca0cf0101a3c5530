"""Somebody who works a lab by hand, in a browser: what its page offers, link by link and button by button."""

import contextlib
import tempfile
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from tests.e2e.steps import PASSWORDS
from tests.support.chromium import FLAGS, executable, must_hand_schemes_to_apps
from tests.support.labs_world import Labs

WITH_APPS = ("scheme-hijack", "refresh-theft")  # of the labs that are worked by hand
TWO_FRAMES = "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"


def press(what: Locator) -> None:
    """Bring something into view, and press it once it is painted there: no frame that was there takes the click."""
    what.scroll_into_view_if_needed()
    what.evaluate(TWO_FRAMES)
    what.click()


class Learner:
    """In front of the page of one lab; every step opens in a tab of its own. `worked` are the steps that were done."""

    def __init__(self, labs: Labs, page: Page, name: str) -> None:
        self.labs, self.context, self.name = labs, page.context, name
        self.lab = self.tab = page
        self.worked: list[int] = []
        self.lab.emulate_media(reduced_motion="reduce")  # no scrolling under a click
        self.lab.goto(f"{labs.origin}/labs/{name}")
        self.slowly.uncheck()

    # The lab's page.

    @property
    def switch(self) -> Locator:
        return self.lab.get_by_role("switch", name="The defence")

    @property
    def slowly(self) -> Locator:
        return self.lab.get_by_label("Pause before each step")

    @property
    def diagram(self) -> FrameLocator:
        """What the classroom shows within the lab's page: the run as a diagram."""
        return self.lab.frame_locator("iframe:not(.coming)")

    def turn(self, position: str) -> None:
        """Use the switch, which needs no reload."""
        with self.lab.expect_response(lambda answer: answer.url.endswith("/defence")):
            press(self.switch)
        expect(self.switch).to_be_checked(checked=position == "on")
        expect(self.switch).to_be_enabled()

    def chooses(self, rule: str) -> None:
        """Use what stands beside the switch, which shows another source, and so the page anew."""
        choice = self.lab.get_by_label("Without it, this is compared")
        if choice.input_value() != rule:
            with self.lab.expect_navigation():
                choice.select_option(rule)
        expect(choice).to_have_value(rule)

    def runs(self, verdict: str) -> None:
        """Press the button, and wait for the verdict."""
        press(self.lab.get_by_role("button", name="Run the attack"))
        expect(self.lab.locator("#run")).to_be_enabled(timeout=90_000)
        self.sees(verdict)

    def reads(self, verdict: str) -> None:
        """Ask the wire what came of it, and see the messages that prove it."""
        self.lab.bring_to_front()
        press(self.lab.get_by_role("button", name="Read the verdict from the wire"))
        expect(self.lab.locator("#read")).to_be_enabled(timeout=30_000)
        self.sees(verdict)

    def sees(self, verdict: str) -> None:
        """See the verdict without scrolling for it, and the messages that prove it in the diagram and in the list."""
        heading = self.lab.get_by_role("heading", name=verdict)
        expect(heading).to_be_in_viewport()
        expect(heading).to_be_focused()
        if verdict in ("It worked", "Refused"):
            expect(self.diagram.locator(".proof").first).to_be_visible()
            expect(self.lab.locator("#wire .proof").first).to_be_attached()

    # The steps.

    @property
    def steps(self) -> Locator:
        return self.lab.locator("ol.steps > li")

    def step(self, number: int) -> Locator:
        self.worked.append(number)
        self.lab.bring_to_front()  # a page behind another one is slow
        return self.steps.nth(number - 1)

    def goes(self, number: int) -> Page:
        """Follow the link of a step of Alice's."""
        return self.opens(self.step(number).get_by_role("link", name="Go there as Alice"))

    def acts(self, number: int, given: str = "") -> Page:
        """Press the button of a step of somebody else's; what it asks for must be typed, and nothing else can be."""
        step = self.step(number)
        assert step.get_by_role("textbox").count() == bool(given)
        if given:
            step.get_by_role("textbox").fill(given)
        return self.opens(step.get_by_role("button", name="Do it"))

    def follows(self, number: int) -> Page:
        """Follow the link that the step before has made for Alice."""
        expect(self.step(number)).to_contain_text("Use the link on the page that the step before has opened.")
        self.tab.bring_to_front()
        self.tab.get_by_role("link", name="Follow it as Alice").click()
        self.tab.wait_for_load_state()
        return self.tab

    def opens(self, what: Locator) -> Page:
        with self.context.expect_page() as opened:
            press(what)
        self.tab = opened.value
        self.tab.wait_for_load_state()
        return self.tab

    # What Alice does where a step has led her.

    def signs_in(self) -> None:
        """Sign in, where Bank ID asks."""
        if self.tab.get_by_label("User name").count():
            self.tab.get_by_label("User name").fill("alice")
            self.tab.get_by_label("Password").fill(PASSWORDS["alice"])
            self.presses("Sign in")

    def agrees(self) -> None:
        """Sign in and allow, where Bank ID asks."""
        self.signs_in()
        if self.tab.get_by_role("button", name="Allow", exact=True).count():
            self.presses("Allow")

    def presses(self, button: str) -> None:
        """Press what leads to another page, and wait for it."""
        with self.tab.expect_navigation():
            self.tab.get_by_role("button", name=button, exact=True).click()

    def installs(self) -> None:
        """Let the app that is shown claim its scheme, and say yes where the browser asks."""
        must_hand_schemes_to_apps()
        self.context.new_cdp_session(self.tab).send("Page.setRPHRegistrationMode", {"mode": "autoAccept"})
        self.tab.get_by_role("button", name="Install: claim").click()
        expect(self.tab.get_by_role("status")).to_contain_text("Asked the browser")

    def handed_over(self, app: str) -> str:
        """Read the code on the page of an app that was opened with a URI."""
        expect(self.tab.get_by_role("heading", name=f"{app} was opened with a URI")).to_be_visible()
        return self.tab.get_by_role("row", name="code").get_by_role("cell").last.inner_text()

    def on_the_wire(self, path: str) -> str:
        """Find the newest address with this path, as the wire shows it once the classroom has read it all."""
        self.labs.ask("GET", f"/{self.name}/verdict")
        requests, page = [], {"next": "0-0", "more": True}
        while page["more"]:
            query: dict[str, Any] = {"world": self.name, "limit": 1000, "after": page["next"]}
            page = self.labs.http.get(f"{self.labs.classroom}/api/messages", params=query).json()
            requests += [
                message for message in page["messages"] if message["kind"] == "request" and message["path"] == path
            ]
        return str(requests[-1]["origin"] + requests[-1]["target"])


@contextlib.contextmanager
def somebody(labs: Labs, chromium: Browser, name: str) -> Iterator[Learner]:
    """Sit down at a browser: where apps are installed, at one with a profile, which remembers who claims a scheme."""
    with contextlib.ExitStack() as stack:
        context = stack.enter_context(with_profile(chromium) if name in WITH_APPS else without_profile(chromium))
        context.set_default_timeout(10_000)
        wrong: list[str] = []
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        yield Learner(labs, context.pages[0] if context.pages else context.new_page(), name)
    assert wrong == []


@contextlib.contextmanager
def with_profile(chromium: Browser) -> Iterator[BrowserContext]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = chromium.browser_type.launch_persistent_context(
            profile, executable_path=executable(), args=FLAGS, headless=True
        )
        yield context
        context.close()


@contextlib.contextmanager
def without_profile(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    yield context
    context.close()
