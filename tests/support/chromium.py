"""A Chromium that sees no outside: only the names of this machine resolve."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from labs import chromium

FLAGS = [
    *chromium.FLAGS,
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
]


def executable() -> str:
    """Return where Chromium is; the tests need one."""
    found = chromium.executable()
    if found is None:
        raise RuntimeError("The tests need Chromium or Chrome on the path: apt install chromium")
    return found


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the browser of this machine, and close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        browser.close()
