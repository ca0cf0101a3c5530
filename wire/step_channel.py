"""How the classroom's word reaches a party: a pub/sub channel of its own, read by one thread (`WIRE_…`)."""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis

from wire.held_time import HeldTime

log = logging.getLogger(__name__)
SILENCE = 30.0  # seconds without a word of a classroom that holds: it is gone, and everything is let go

Decide = Callable[[str, str, dict[str, Any]], None]
Believed = list[tuple[str, float]]  # exchanges that the classroom believes to be held here, and since when


def channel_of(party: str) -> str:
    """Return the channel that one party hears: an edit may hold its secrets, and concerns nobody else."""
    return f"step:{party}"


def nobody_decides(_: str, __: str, ___: dict[str, Any]) -> None:
    """Stand in until somebody holds."""


class StepChannel:
    """Whether step mode is on, and how the clock lags because of what is held anywhere."""

    def __init__(self, client: "redis.Redis", party: str, world: str = "") -> None:
        self.client, self.party, self.world = client, party, world
        self.is_on = False
        self.held_time = HeldTime()
        self.heard_at = time.monotonic()
        self.on_decision: Decide = nobody_decides
        self.on_reminder: Callable[[Believed], None] = lambda believed: None
        self.on_tick: Callable[[], None] = lambda: None

    def listen(self) -> None:
        """Start the thread that listens; it ends with the process."""
        threading.Thread(target=self.run, name="step mode", daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                with self.client.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(channel_of(self.party))
                    while True:
                        self.hear(channel.get_message(timeout=1.0))
            except redis.RedisError as problem:
                log.debug("the channel of step mode is down: %s", problem)
                self.notice_silence()
                time.sleep(1)

    def hear(self, message: dict[str, Any] | None) -> None:
        """Act on one message, or on a second without any; what cannot be read must not end the thread."""
        try:
            if message:
                self.take(json.loads(message["data"]))
        except (ValueError, TypeError, LookupError, AttributeError):
            log.warning("a word on the channel of step mode cannot be read")
        self.notice_silence()
        self.on_tick()

    def take(self, word: dict[str, Any]) -> None:
        """Act on a word of the classroom: how step mode stands, or what was decided about one exchange.

        `{"on", "held_time": [at, lag, until], "yours": [[exchange, at], …]}` or `{"exchange", "action", "edited"}`
        """
        if word.get("world", "") != self.world:
            return
        self.heard_at = time.monotonic()
        if "held_time" in word:
            self.held_time = HeldTime(*(float(number) for number in word["held_time"]))
        if "on" in word:
            self.is_on = bool(word["on"])
            if not self.is_on:
                self.on_decision("*", "go", {})
        if "exchange" in word:
            self.on_decision(str(word["exchange"]), str(word["action"]), dict(word.get("edited") or {}))
        if word.get("yours"):
            self.on_reminder([(str(exchange), float(since)) for exchange, since in word["yours"]])

    def notice_silence(self) -> None:
        """Let everything go where nobody is there to do it; all parties notice it within the same second."""
        if self.is_on and time.monotonic() - self.heard_at > SILENCE:
            self.is_on = False
            now = time.time()
            self.held_time = self.held_time.held_until(min(now, self.held_time.until), now)
            self.on_decision("*", "go", {})

    def slowed(self, clock: Callable[[], float]) -> Callable[[], float]:
        """Return a clock that stands still while something is held, and then makes up for it."""
        return lambda: clock() - self.held_time.lag_at(time.time())
