"""People in a real browser, for the attacks that depend on one: cookies, frames, fragments, schemes, scripts."""

import re
import tempfile
import time
from importlib.util import find_spec
from typing import Any, Self
from urllib.parse import urlsplit

import requests

from auth_server.seed import PASSWORDS
from labs.config import Here
from labs.people import ATTACKER
from labs.seeds import MALLORY
from labs.stage import Stage
from labs.worlds import World
from wire.browser import executable, is_headless_shell
from wire.session import http_session

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]
PATIENCE = 10_000  # milliseconds
QUIET, LOOK = 500, 50  # milliseconds


def is_there(elsewhere: str = "") -> bool:
    """Whether there is a browser, and what drives it; `elsewhere` is the address of one in another container."""
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
    """Whether the browser opens an app's addresses with the page that has claimed them; a headless shell does not."""
    return bool(elsewhere) or not is_headless_shell(executable() or "")


def answers(address: str) -> bool:
    """Whether a browser can be driven there."""
    try:
        return http_session("glassbox-labs").get(f"{address}/json/version").ok
    except requests.RequestException:
        return False


def only_in(here: Here) -> str:
    """Return the flag by which a browser finds the hosts of one world, at its port, and no others."""
    return f"--host-resolver-rules=MAP *-{here.world}.localhost:{here.port} 127.0.0.1:{here.port}, MAP * ~NOTFOUND"


class Tab:
    """Somebody in front of a browser window; `tab` is Playwright's page, for what only one lab does."""

    def __init__(self, name: str, world: World, driver: Any, agent: str | None = None) -> None:
        self.name, self.here = name, world.here
        self.password = dict([*PASSWORDS.items(), MALLORY])[name]
        self.profile = tempfile.TemporaryDirectory(prefix="glassbox-browser-", ignore_cleanup_errors=True)
        self.borrowed = bool(world.settings.browser) and world.lab.phone and agent is None
        if self.borrowed:  # only its own profile hands schemes to apps
            self.context = driver.chromium.connect_over_cdp(world.settings.browser).contexts[0]
            self.context.clear_cookies(domain=re.compile(rf"-{world.lab.name}\.localhost$"))
        elif world.settings.browser:
            self.context = driver.chromium.connect_over_cdp(world.settings.browser).new_context(user_agent=agent)
        else:
            self.context = driver.chromium.launch_persistent_context(
                self.profile.name,
                executable_path=executable(),
                args=[*FLAGS, only_in(world.here)],
                user_agent=agent,
                headless=True,
            )
        self.context.set_default_timeout(PATIENCE)
        first = None if self.borrowed else next(iter(self.context.pages), None)
        self.tab = first or self.context.new_page()
        self.history: list[str] = []
        self.under_way: set[Any] = set()  # requests of this browser
        self.tab.on("framenavigated", lambda frame: self.history.append(frame.url) if not frame.parent_frame else None)
        self.context.on("request", lambda request: self.under_way.add(request))
        for ended in ("requestfinished", "requestfailed"):
            self.context.on(ended, lambda request: self.under_way.discard(request))

    @property
    def address(self) -> str:
        return str(self.tab.url)

    def go(self, url: str) -> Self:
        """Type an address, or open a link from a mail; wait until the page is there."""
        self.tab.goto(url, wait_until="load")
        return self

    def rest(self) -> Self:
        """Wait until the page's scripts have had their answers: half a second without a request under way."""
        quiet, ends = 0, time.monotonic() + PATIENCE / 1000
        while quiet < QUIET and time.monotonic() < ends:
            self.tab.wait_for_timeout(LOOK)
            quiet = 0 if self.under_way else quiet + LOOK
        return self

    def click(self, name: str, role: str = "button") -> Self:
        """Press what has this name on the page, and wait for what its scripts do."""
        self.tab.get_by_role(role, name=name).first.click()
        return self.rest()

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
        """Return the newest address of the history with this path."""
        return next((url for url in reversed(self.history) if urlsplit(url).path == path and url.startswith(at)), "")

    def close(self) -> None:
        if self.borrowed:
            self.tab.close()
        else:
            self.context.close()
        self.profile.cleanup()


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
    """A stage whose people sit in front of real browsers; Mallory's is started when she is first asked for."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._world = world
        from playwright.sync_api import sync_playwright

        self.manager = sync_playwright()
        self.driver: Any = self.manager.__enter__()
        self.tabs: list[Tab] = []
        try:
            self.alice: Any = self.open("alice", None)
        except BaseException:
            self.close()
            raise
        self.phone: Any = BrowserPhone(self.here, self.alice)

    def open(self, name: str, agent: str | None) -> Tab:
        """Put somebody in front of a browser."""
        self.tabs.append(Tab(name, self._world, self.driver, agent))
        return self.tabs[-1]

    def mallory_in_browser(self) -> Tab:
        """Return Mallory in a browser of her own, where script must run; over HTTP she is `mallory` as ever."""
        return self.open("mallory", ATTACKER)

    def close(self) -> None:
        """Close every browser."""
        try:
            for tab in self.tabs:
                tab.close()
        finally:
            self.manager.__exit__(None, None, None)
