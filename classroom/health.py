"""Whether the parties can work: asked of themselves, when somebody wants to know (`/readyz`)."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

FRESH = 2.0  # seconds for which an answer is good, however many pages ask
PATIENCE = (0.5, 1.5)  # seconds to connect, and to be answered


class Health:
    """Asks all parties at once, and remembers for a moment what they said."""

    def __init__(self, http: requests.Session, parties: Mapping[str, str]) -> None:
        self.http, self.parties = http, parties
        self.lock = threading.Lock()
        self.asked_at = float("-inf")
        self.known: dict[str, dict[str, Any]] = {}

    def states(self) -> dict[str, dict[str, Any]]:
        """Return `health` (ready, not ready, away) and `milliseconds` of each party."""
        with self.lock:
            if time.monotonic() - self.asked_at > FRESH:
                with ThreadPoolExecutor(len(self.parties)) as pool:
                    self.known = dict(zip(self.parties, pool.map(self.ask, self.parties.values()), strict=True))
                self.asked_at = time.monotonic()
            return self.known

    def ask(self, origin: str) -> dict[str, Any]:
        """Ask one party whether it is ready."""
        began = time.monotonic()
        try:
            with self.http.get(f"{origin}/readyz", timeout=PATIENCE, allow_redirects=False) as answer:
                health = "ready" if answer.status_code == 200 else "not ready"
        except (requests.RequestException, OSError):
            return {"health": "away", "milliseconds": None}
        return {"health": health, "milliseconds": round((time.monotonic() - began) * 1000, 1)}
