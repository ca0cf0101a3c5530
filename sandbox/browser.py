"""`make browser`: makes sure that the tests have a Chromium, and says in one sentence what to do where they cannot."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from sandbox.settings import Trouble, complain, say
from wire.browser import SHELL_ON_THE_PATH, executable

PLAYWRIGHT = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
NOBODY_ANSWERS = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000"}  # milliseconds; it tries five times
LONGEST_DOWNLOAD = 600  # seconds
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=60"]
APT += ["-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1"]
REMEDY = (
    "The tests need Chromium or Chrome, and none could be found or installed here: try "
    "`.venv/bin/playwright install --only-shell chromium`, or on Debian and Ubuntu `sudo apt install chromium`."
)


def browser() -> str:
    """Return where Chromium is; where there is none, get Playwright's own, else Debian's package."""
    if path := executable():
        return path
    if chosen := os.environ.get("CHROMIUM"):
        raise Trouble(f"CHROMIUM names {chosen}, and that does not start; name another, or unset it.")
    say("Getting a browser from Playwright (once, some 110 MB) …")
    if download() and (path := executable()):
        return path
    if (root := as_root()) is not None:
        say("Playwright has none for this machine; installing the package chromium (once, some 100 MB) …")
        runs([*root, *APT, "update"])  # where one source of several fails, the package may come from another
        install = [*root, *APT, "install", "--yes", "--no-install-recommends"]
        if runs([*install, "chromium"]) and (path := executable()):
            runs([*install, SHELL_ON_THE_PATH])  # for pages, which it opens quicker; Ubuntu has none
            return path
    raise Trouble(REMEDY)


def download() -> bool:
    """Whether Playwright could download its browser in time; what it started ends with it."""
    process = subprocess.Popen(
        PLAYWRIGHT,
        env=os.environ | NOBODY_ANSWERS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return process.wait(LONGEST_DOWNLOAD) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def as_root() -> list[str] | None:
    """Return what stands before a command to install a package; None where we may not, or where there is no apt."""
    if shutil.which("apt-get") is None:
        return None
    if os.getuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and runs(["sudo", "-n", "true"]) else None


def runs(command: Sequence[str]) -> bool:
    """Whether a command ends well; what it writes is for somebody who calls it by hand."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def main() -> int:
    """Say where the browser is, or what to do."""
    try:
        say(f"The browser for the tests is {browser()}.")
    except Trouble as trouble:
        complain(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
