"""A Chromium that sees no outside: only the names of this machine resolve."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from labs import chromium
from sandbox.browser import REMEDY
from wire import browser

FLAGS = [
    *chromium.FLAGS,
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
]


def executable() -> str:
    """Return where Chromium is; the tests need one."""
    path = browser.executable()
    if path is None:
        raise RuntimeError(REMEDY)
    return path


def for_pages() -> str:
    """Return what opens pages quickest."""
    return browser.for_pages() or executable()


def must_hand_schemes_to_apps() -> None:
    """Skip a test that needs more than a headless shell: a page that claims the addresses of an app."""
    if browser.is_headless_shell(executable()):
        pytest.skip("a headless shell hands no URI scheme to a page; a whole Chromium does")


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the browser of this machine, and close it at the end."""
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=for_pages(), args=FLAGS)
        yield chrome
        chrome.close()
