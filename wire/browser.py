"""Where Chromium is on this machine; in `wire`, since the labs, `make doctor` and the tests may all import that."""

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ON_THE_PATH = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SHELLS = ("chrome-headless-shell", "headless_shell")  # newer and older versions of Playwright
SHELL_ON_THE_PATH = "chromium-headless-shell"  # Debian's
PLAYWRIGHTS = (*SHELLS, "chrome", "Chromium", "Google Chrome for Testing")
PATIENCE = 30  # seconds; a machine that runs tests may take several


def executable() -> str | None:
    """Return the Chromium that `CHROMIUM` names; without it the one on the path, then Playwright's own."""
    return next((path for path in candidates() if starts(path)), None)


def for_pages() -> str | None:
    """Return what opens pages with a third of the work: Chromium without its windows, where that is there.

    Its engine is the same. It lacks what belongs to a window, and so hands no URI scheme to a page that claims it.
    """
    if os.environ.get("CHROMIUM"):
        return executable()
    shells = (path for path in playwrights_own() if is_headless_shell(path))
    ours = [path] if (path := shutil.which(SHELL_ON_THE_PATH)) else []
    return next((path for path in (*ours, *shells) if starts(path)), None) or executable()


def candidates() -> Iterator[str]:
    """Give every place where Chromium may be, in the order in which they are tried."""
    chosen = os.environ.get("CHROMIUM")
    names = (chosen,) if chosen else ON_THE_PATH
    yield from (path for name in names if (path := shutil.which(name)))
    if not chosen:
        yield from playwrights_own()


def playwrights_own() -> Iterator[str]:
    """Give the executables that `playwright install` has put into its folder, the newest version first."""
    folders = playwrights_folder().glob("chromium*-*/INSTALLATION_COMPLETE")
    for marker in sorted(folders, key=lambda marker: marker.stat().st_mtime, reverse=True):
        candidates = (path for name in PLAYWRIGHTS for path in marker.parent.rglob(name))
        yield from (str(path) for path in candidates if path.is_file() and os.access(path, os.X_OK))


def playwrights_folder() -> Path:
    """Return the folder in which Playwright keeps its browsers."""
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(chosen)
    caches = Path("Library/Caches") if platform.system() == "Darwin" else Path(".cache")
    return Path.home() / caches / "ms-playwright"


@cache
def starts(path: str) -> bool:
    """Whether it can run: Ubuntu's may be only a hint to install it, and Playwright's may lack libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def is_headless_shell(path: str) -> bool:
    """Whether this is Chromium without its windows, which hands no URI scheme to a page that claims it."""
    return "headless" in Path(path).name
