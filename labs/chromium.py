"""People in a real browser, for the attacks that depend on one: cookies, frames, fragments, schemes, scripts."""

import re
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests

from auth_server.seed import PASSWORDS
from labs.browsers import Driver
from labs.config import Here
from labs.people import ATTACKER
from labs.seeds import MALLORY
from labs.stage import Stage
from labs.worlds import LabWorld
from wire.browser import executable, for_pages, is_headless_shell
from wire.session import http_session

if TYPE_CHECKING:
    from playwright.sync_api import ProxySettings

# What every new window gets ready beside its page, though nobody types into its bar: more work than the page itself.
AROUND_A_PAGE = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess"]
# What Playwright turns off as well: of two such lists Chromium reads the last. Plain HTTP must stay plain, above all.
IN_THE_WAY = [
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "DestroyProfileOnBrowserClose",
    "ThirdPartyStoragePartitioning",
    "PaintHolding",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(AROUND_A_PAGE + IN_THE_WAY)}",
]
PATIENCE = 10_000  # milliseconds
LOOK, TWICE = 50, 2  # milliseconds, and how often: one answer may be the cause of another question
BUSY = "document.readyState !== 'complete' || document.querySelector('button:disabled') !== null"
NAMES = "MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND"


def is_there(elsewhere: str = "") -> bool:
    """Whether there is a browser, and what drives it; `elsewhere` is the URL of one in another container."""
    if not can_be_driven():
        return False
    return answers(elsewhere) if elsewhere else executable() is not None


def can_be_driven() -> bool:
    """Whether what drives a browser is installed; a container has it only where it was made for one."""
    return find_spec("playwright") is not None


def remedy(elsewhere: str = "") -> str:
    """Say how to get a browser: in a container of its own, or without Docker as a package."""
    if elsewhere or not can_be_driven():
        return "Start one with `make up BROWSER=1`."
    return "Get one with `make browser`."


def hands_schemes_to_apps(elsewhere: str = "") -> bool:
    """Whether the browser opens an app's URIs with the page that has claimed them; a headless shell does not."""
    return bool(elsewhere) or not is_headless_shell(executable() or "")


def answers(address: str) -> bool:
    """Whether a browser can be driven there."""
    try:
        return http_session("glassbox-labs").get(f"{address}/json/version").ok
    except requests.RequestException:
        return False


def launch(playwright: Any) -> Any:
    """Start the Chromium of this machine, which finds worlds on loopback, and nothing else."""
    return playwright.chromium.launch(executable_path=for_pages(), args=[*FLAGS, f"--host-resolver-rules={NAMES}"])


def only_in(here: Here) -> "ProxySettings":
    """Return what keeps the hosts of one world, at its port, within reach: all others lie behind a proxy that is not.

    Loopback, too, is asked for at the proxy then, which Chromium would not do by itself.
    """
    return {"server": "http://nobody.invalid:1", "bypass": f"<-loopback>,*-{here.world}.localhost:{here.port}"}


class Tab:
    """Somebody in front of a browser window; `tab` is Playwright's page, for what only one lab does."""

    def __init__(self, name: str, world: LabWorld, driver: Driver, agent: str | None = None) -> None:
        self.name, self.here = name, world.here
        self.password = dict([*PASSWORDS.items(), MALLORY])[name]
        self.profile = tempfile.TemporaryDirectory(prefix="glassbox-browser-", ignore_cleanup_errors=True)
        self.far: Any = None  # the connection to a browser in another container
        self.borrowed = bool(world.settings.browser) and world.lab.phone and agent is None
        self.context = self.context_in(world, driver, agent)
        self.context.set_default_timeout(PATIENCE)
        first = None if self.borrowed else next(iter(self.context.pages), None)
        self.tab = first or self.context.new_page()
        self.history: list[str] = []
        self.under_way: set[Any] = set()  # requests of this browser
        self.tab.on("framenavigated", lambda frame: self.history.append(frame.url) if not frame.parent_frame else None)
        self.context.on("request", lambda request: self.under_way.add(request))
        for ended in ("requestfinished", "requestfailed"):
            self.context.on(ended, lambda request: self.under_way.discard(request))

    def context_in(self, world: LabWorld, driver: Driver, agent: str | None) -> Any:
        """Return cookies and windows of their own: in the browser that stays, or where schemes matter in a profile."""
        if world.settings.browser:
            self.far = driver.playwright.chromium.connect_over_cdp(world.settings.browser)
            if not self.borrowed:
                return self.far.new_context(user_agent=agent)
            context = self.far.contexts[0]  # only its own profile hands schemes to apps
            context.clear_cookies(domain=re.compile(rf"-{world.lab.name}\.localhost$"))
            return context
        if not world.lab.phone:
            return driver.browser().new_context(user_agent=agent, proxy=only_in(world.here))
        return driver.playwright.chromium.launch_persistent_context(
            self.profile.name,
            executable_path=executable(),
            args=[*FLAGS, f"--host-resolver-rules={NAMES}"],
            user_agent=agent,
            proxy=only_in(world.here),
            headless=True,
        )

    @property
    def address(self) -> str:
        return str(self.tab.url)

    def go(self, url: str) -> Self:
        """Type a URL, or open a link from a mail; wait until the page is there."""
        self.tab.goto(url, wait_until="load")
        return self

    def rest(self) -> Self:
        """Wait until the page's scripts have had their answers: no request is under way, and no button rests."""
        calm, ends = 0, time.monotonic() + PATIENCE / 1000
        while calm < TWICE and time.monotonic() < ends:
            self.tab.wait_for_timeout(LOOK)
            calm = 0 if self.asks() or self.is_busy() else calm + 1
        return self

    def asks(self) -> bool:
        """Whether an answer to this window is still to come."""
        return any(is_of(self.tab, request) for request in self.under_way)

    def is_busy(self) -> bool:
        """Whether the page is not there yet, or its scripts say that they work: they let its buttons rest meanwhile."""
        try:
            return bool(self.tab.evaluate(BUSY))
        except Exception:  # it is leaving
            return True

    def leads_to(self, *addresses: str) -> Self:
        """Wait until the window shows a page of one of these, which another page leads to by itself."""
        self.tab.wait_for_url(lambda url: url.startswith(addresses), wait_until="load")
        return self

    def click(self, name: str, role: str = "button", leads_to: str = "") -> Self:
        """Press what has this name on the page, and wait until it has led there, and for what scripts do."""
        self.tab.get_by_role(role, name=name).first.click()
        return self.leads_to(leads_to).rest() if leads_to else self.rest()

    def sign_in(self) -> Self:
        """Type name and password, if this is Bank ID's sign-in page."""
        if self.address.startswith(f"{self.here.auth}/login"):
            self.tab.locator("input[name=username]").fill(self.name)
            self.tab.locator("input[name=password]").fill(self.password)
            with self.tab.expect_navigation(wait_until="load"):
                self.tab.get_by_role("button", name="Sign in").click()
        return self

    def consent(self, decision: str = "allow") -> Self:
        """Press a button of the consent page, if Bank ID asks."""
        button = self.tab.locator(f"button[name=decision][value={decision}]")
        if self.address.startswith(self.here.auth) and button.count():
            with self.tab.expect_navigation(wait_until="load"):
                button.click()
        return self

    def agree(self) -> Self:
        """Sign in and allow, wherever Bank ID asks."""
        return self.sign_in().consent()

    def visited(self, path: str, at: str = "") -> str:
        """Return the newest URL of the history with this path."""
        return next((url for url in reversed(self.history) if urlsplit(url).path == path and url.startswith(at)), "")

    def close(self) -> None:
        if self.borrowed:
            self.tab.close()
        else:
            self.context.close()
        if self.far:
            self.far.close()  # the connection: the browser stays
        self.profile.cleanup()


def is_of(tab: Any, request: Any) -> bool:
    """Whether a window has sent a request; where nobody knows yet, it may be this one."""
    try:
        return bool(request.frame.page == tab)
    except Exception:  # its page is not there yet
        return True


class BrowserPhone:
    """Alice's phone: her browser, in which each app is a page, and claims a scheme as any page may."""

    def __init__(self, here: Here, alice: Tab) -> None:
        self.here, self.alice = here, alice

    def claim(self, app: str) -> None:
        """Open an app, and let it claim Piggy's scheme; where the browser asks, say yes."""
        tab = self.alice.go(f"{self.here.origin(app)}/").tab
        self.alice.context.new_cdp_session(tab).send("Page.setRPHRegistrationMode", {"mode": "autoAccept"})
        self.alice.click("Install")


class BrowserStage(Stage):
    """A stage whose people sit in front of real browsers; Mallory's is opened when she is first asked for."""

    def __init__(self, world: LabWorld, driver: Driver) -> None:
        super().__init__(world)
        self._world, self._driver = world, driver
        self.tabs: list[Tab] = []
        try:
            self.alice: Any = self.open("alice", None)
        except BaseException:
            self.close()
            raise
        self.phone: Any = BrowserPhone(self.here, self.alice)

    def open(self, name: str, agent: str | None) -> Tab:
        """Put somebody in front of a browser."""
        self.tabs.append(Tab(name, self._world, self._driver, agent))
        return self.tabs[-1]

    def mallory_in_browser(self) -> Tab:
        """Return Mallory in a browser of her own, where script must run; over HTTP she is `mallory` as ever."""
        return self.open("mallory", ATTACKER)

    def close(self) -> None:
        """Close what was opened in the browser, which stays."""
        for tab in self.tabs:
            with suppress(Exception):  # it has crashed, say: the next attack has another one
                tab.close()
