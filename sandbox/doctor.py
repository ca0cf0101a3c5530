"""Looks at everything that usually goes wrong, and says how to mend it."""

import os
import platform
import shutil
import sys
import time
from pathlib import Path

from sandbox import compose, local, ours, store, supervisor
from sandbox.parties import PARTIES, PORTS
from sandbox.ports import port_is_free
from sandbox.ready import clock_ahead, why_not_ready
from sandbox.settings import STATE, Trouble, port, say
from wire.addresses import Addresses
from wire.browser import ON_THE_PATH, executable
from wire.session import resolves

DAY = 24 * 60 * 60  # seconds
MOST_APART = 5.0  # seconds between two clocks; a code lives for 60


def doctor(runtime: str) -> bool:
    """Print one line per finding, and return whether all is well."""
    findings = [python(), docker(runtime), state_folder(), names(), clock(), browser(), chromium(), *proxies()]
    findings += records(runtime)
    if ours.left_behind():
        findings.append((False, "Parts run without supervisor, which was killed; `make up` starts all anew."))
    if local.running() or (runtime == "docker" and compose.running()):
        findings += parties()
    else:
        findings += ports()
        findings.append((True, "The sandbox is not running; `make up` starts it."))
    for well, text in findings:
        say(f"  {'ok ' if well else 'BAD'}  {text}")
    return all(well for well, _ in findings)


Finding = tuple[bool, str]


def python() -> Finding:
    """Python's version; the Makefile refuses an old one, but it can be called without."""
    return sys.version_info >= (
        3,
        11,
    ), f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"


def docker(runtime: str) -> Finding:
    """Which runtime `make up` takes, and why."""
    why = compose.problem()
    engine = why or "A Docker engine answers"
    well = runtime == "local" or why is None
    return well, f"`make up` starts {'containers' if runtime == 'docker' else 'local processes'}. {engine}."


def state_folder() -> Finding:
    """Whether we can write where secrets and records are kept."""
    folder = next(path for path in (STATE, *STATE.parents) if path.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return False, f"{folder} cannot be written to; set SANDBOX_STATE to a folder that can."
    return True, f"State is kept in {STATE}, Valkey listens on {supervisor.socket_path()}."


def records(runtime: str) -> list[Finding]:
    """What keeps the store from starting, or from writing."""
    cause = compose.why_the_store_does_not_start() if runtime == "docker" else store.why_it_does_not_start()
    findings = [(False, cause)] if cause else []
    if runtime == "local" and store.is_full():
        findings.append((False, f"The disk of {STATE} is full, and nothing can be written; free some space on it."))
    return findings


def names() -> Finding:
    """Whether the system knows the parties' names; `*.localhost` browsers mostly know by themselves."""
    if Addresses().hosts == "localhost":
        return True, "SANDBOX_HOSTS=localhost: the parties need no names."
    unknown = [host for party in PARTIES if not resolves(host := str(getattr(Addresses(), f"{party.name}_host")))]
    if not unknown:
        return True, "The system resolves the parties' names."
    if strange := [host for host in unknown if not host.endswith(".localhost")]:
        return False, f"{strange[0]} is not known to the system; write it into /etc/hosts as 127.0.0.1."
    return True, (
        "The system does not resolve *.localhost. The parties manage, and so do Chrome, Edge and Firefox; "
        "for Safari or curl use SANDBOX_HOSTS=localhost."
    )


def browser() -> Finding:
    """Whether there is a browser that knows the parties' names by itself; on macOS and Windows it is on no path."""
    name = next((name for name in (*ON_THE_PATH, "microsoft-edge", "firefox") if shutil.which(name)), None)
    if name:
        return True, f"A browser is here: {name}."
    if platform.system() == "Darwin" or "microsoft" in platform.release().lower():
        return True, "Use Chrome, Edge or Firefox; Safari may need SANDBOX_HOSTS=localhost."
    return True, "No browser is on the path; install Chromium or Firefox (apt install chromium) to see the pages."


def chromium() -> Finding:
    """Where the browser of the tests and of the labs' attacks is; people may use any other."""
    path = executable()
    if path:
        return True, f"The tests, and the labs outside of Docker, use {path}."
    return True, "The tests, and the labs outside of Docker, have no Chromium; `make browser` gets one."


def clock() -> Finding:
    """Whether the clock by which codes and tokens expire is right; a container's stops while a laptop sleeps."""
    says = f"The clock says {time.strftime('%-d %B %Y, %H:%M')}"
    if time.time() < Path(__file__).stat().st_mtime - DAY:
        return False, f"{says}, before these files were written; set it (sudo timedatectl set-ntp true)."
    ahead = clock_ahead(PARTIES[0])
    if ahead is None:
        return True, f"{says}."
    if abs(ahead) <= MOST_APART:
        return True, f"{says}, and Bank ID agrees."
    way = "ahead of" if ahead > 0 else "behind"
    return False, f"Bank ID's clock is {abs(ahead):.0f} s {way} this machine's; restart Docker, or set the clock."


def proxies() -> list[Finding]:
    """A proxy that the browser uses for loopback too is a classic."""
    set_here = [name for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy") if os.environ.get(name)]
    if not set_here:
        return []
    return [(True, f"{set_here[0]} is set: the parties ignore it; your browser must not use it for *.localhost.")]


def ports() -> list[Finding]:
    """Whether every port is free."""
    findings: list[Finding] = []
    for name, title in PORTS.items():
        try:
            port_is_free(name)
            findings.append((True, f"Port {port(name)} is free for {title}."))
        except Trouble as trouble:
            findings.append((False, str(trouble)))
    return findings


def parties() -> list[Finding]:
    """Whether every party can do its work."""
    reasons = [(party, why_not_ready(party)) for party in PARTIES]
    return [(reason is None, f"{party.title}: {reason or 'ready'}.") for party, reason in reasons]
