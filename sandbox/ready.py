"""Waits until every party can do its work, and says who is awaited."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import requests

from sandbox.parties import PARTIES, Part
from sandbox.settings import Trouble, say
from wire.addresses import Addresses
from wire.session import http_session

PATIENCE = 60.0  # seconds


def why_not_ready(party: Part) -> str | None:
    """Return None for a party that can work; asking also makes it plant what it begins with."""
    try:
        answer = ask(party, "/readyz")
    except requests.RequestException as problem:
        return f"no answer at {Addresses().origin(party.name)} ({type(problem).__name__})"
    return None if answer.ok else f"answers {answer.status_code}: {answer.text.strip()[:120]}"


def clock_ahead(party: Part) -> float | None:
    """Return by how many seconds the party's clock is ahead of ours, or None where it does not tell."""
    try:
        date = parsedate_to_datetime(ask(party, "/healthz").headers["Date"])
    except (requests.RequestException, LookupError, ValueError):
        return None
    return date.timestamp() - time.time()


def ask(party: Part, path: str) -> requests.Response:
    """Ask a party under its own name, as a browser would: by another it may be ready, and still be found by nobody."""
    with http_session("glassbox-sandbox", timeout=(5, 5)) as session:
        return session.get(Addresses().origin(party.name) + path, allow_redirects=False)


def wait_until_ready(has_failed: Callable[[Part], str | None]) -> None:
    """Print a line for each party that is ready; `has_failed` says why one never will be."""
    began = time.monotonic()
    for party in PARTIES:
        while reason := why_not_ready(party):
            if failure := has_failed(party):
                raise Trouble(failure)
            if time.monotonic() - began > PATIENCE:
                raise Trouble(f"{party.title} is not ready after {PATIENCE:.0f} s: {reason}. `make logs` may tell why.")
            time.sleep(0.1)
        say(f"  {party.title:<9} ready after {time.monotonic() - began:.1f} s")
