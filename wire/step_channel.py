"""How the classroom's word reaches each process: one pub/sub channel, read by one thread (`WIRE_…`)."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis

log = logging.getLogger(__name__)
CHANNEL = "brake"
SILENCE = 30.0  # seconds without a word of a classroom that holds: it is gone, and everything is let go

Decide = Callable[[str, str, dict[str, Any]], None]


def nobody_decides(_: str, __: str, ___: dict[str, Any]) -> None:
    """Stand in until somebody holds."""


class StepChannel:
    """Whether step mode is on, and by how much the clock lags because of it (seconds)."""

    def __init__(self, client: "redis.Redis", world: str = "") -> None:
        self.client, self.world = client, world
        self.is_on = False
        self.stood: list[tuple[float, float]] = []  # from when until when something was held; no two overlap
        self.lag = 0.0
        self.lock = threading.Lock()
        self.heard_at = time.monotonic()
        self.on_decision: Decide = nobody_decides
        self.decided: set[str] = set()  # since step mode was switched on

    def listen(self) -> None:
        """Start the thread that listens; it ends with the process."""
        threading.Thread(target=self.run, name="step mode", daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                with self.client.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL)
                    while True:
                        message = channel.get_message(timeout=1.0)
                        self.take(json.loads(message["data"])) if message else self.notice_silence()
            except (redis.RedisError, ValueError) as problem:
                log.debug("the channel of step mode is down: %s", problem)
                self.notice_silence()
                time.sleep(1)

    def take(self, word: dict[str, Any]) -> None:
        """Act on a word of the classroom: `{"on"}`, or `{"exchange", "action", "edited", "held_for"}`."""
        if word.get("world", "") != self.world:
            return
        self.heard_at = time.monotonic()
        if "on" in word:
            self.is_on = bool(word["on"])
            if not self.is_on:
                self.decided.clear()
                self.on_decision("*", "go", {})
        if "exchange" in word:
            if word["exchange"] not in self.decided:  # a second word about the same changes nothing
                now = time.time()
                self.stand_still(now - float(word.get("held_for", 0)), now)
                self.decided.add(str(word["exchange"]))
            self.on_decision(str(word["exchange"]), str(word["action"]), dict(word.get("edited") or {}))

    def notice_silence(self) -> None:
        if self.is_on and time.monotonic() - self.heard_at > SILENCE:
            self.is_on = False
            self.on_decision("*", "go", {})

    def stand_still(self, start: float, end: float) -> None:
        """Let the clock have stood still meanwhile; what was held at the same time as something else counts once."""
        with self.lock:
            apart = [(since, until) for since, until in self.stood if until < start or end < since]
            met = [(since, until) for since, until in self.stood if since <= end and start <= until]
            first, last = min([start, *(since for since, _ in met)]), max([end, *(until for _, until in met)])
            self.stood = [*apart, (first, last)]
            self.lag = sum(until - since for since, until in self.stood)

    def slowed(self, clock: Callable[[], float]) -> Callable[[], float]:
        """Return a clock that stood still while something was held."""
        return lambda: clock() - self.lag
