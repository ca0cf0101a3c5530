"""Reads the wire from Redis, one thread per process, and hands each entry to the observer."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis

from classroom.config import Settings
from classroom.observer import START, Observer, order
from wire.journal import STREAM
from wire.message import Entry, Gap, from_fields

BATCH = 500  # entries read at once
BLOCK = 1000  # milliseconds to wait for an entry before looking whether the stream is still the same
LAST_NUMBER = 999_999_999  # within one millisecond
GATHER = 0.02  # seconds in which more entries may come: what arrives together is read together
REST = 0.5  # seconds after Redis was away
log = logging.getLogger(__name__)


class Reader:
    """Follows the stream from its beginning; survives Redis being away, and sees when entries went missing."""

    def __init__(self, settings: Settings, observer: Observer, tick: Callable[[], None] = lambda: None) -> None:
        self.redis: Any = connect(settings, socket_timeout=BLOCK / 1000 + 2)
        self.settings, self.observer, self.tick = settings, observer, tick
        self.last = START
        self.counted = 0  # entries that the stream had taken in when it took in `last`
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None
        self.lock = threading.Lock()

    def start(self) -> None:
        """Begin to read, or begin again where the thread has ended."""
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.stopped.clear()
                self.thread = threading.Thread(target=self.run, name="wire reader", daemon=True)
                self.thread.start()

    def stop(self) -> None:
        """End the thread; what was read stays."""
        self.stopped.set()
        self.redis.connection_pool.disconnect()  # wakes it where it waits
        if self.thread:
            self.thread.join(BLOCK / 1000 + 3)

    def run(self) -> None:
        """Read until stopped; trouble is waited out, and told once."""
        well = True
        while not self.stopped.is_set():
            try:
                self.catch_up()
                self.observer.has_caught_up.set()
                self.tick()
                well = True
                if self.redis.xread({STREAM: self.last}, count=1, block=BLOCK):  # only to be woken
                    self.stopped.wait(GATHER)
            except Exception as problem:
                if well and not self.stopped.is_set():
                    away = isinstance(problem, redis.RedisError | OSError)
                    log.warning("the wire cannot be read now (%s)", problem, exc_info=not away)
                well = False
                self.stopped.wait(REST)

    def catch_up(self) -> None:
        """Take in everything that is there now."""
        while not self.stopped.is_set():
            entries = self.next_entries()
            if not entries:
                return
            self.observer.add(entries)
            if len(self.observer.ids) > self.settings.most_entries:
                self.forget_the_older_half()

    def next_entries(self) -> list[Entry]:
        """Read one batch and, in the same moment, whether it follows what was read before."""
        pipe = self.redis.pipeline(transaction=True)
        pipe.xinfo_stream(STREAM)
        pipe.xrange(STREAM, self.last, self.last)
        pipe.xrange(STREAM, f"({self.last}", "+", count=BATCH)
        info, ours, found = pipe.execute(raise_on_error=False)
        if isinstance(info, redis.ResponseError) and "no such key" in str(info):
            if self.last != START:
                self.begin_anew()
            return []
        for answer in (info, ours, found):
            if isinstance(answer, Exception):
                raise answer
        gone = info["entries-added"] - info["length"]  # entries that were trimmed away
        if self.last == START:
            self.counted = gone
        elif not ours and gone < self.counted:  # what we read was never trimmed from this stream: it is another one
            self.begin_anew()
            return self.next_entries()
        entries = [read(entry_id.decode(), fields) for entry_id, fields in found]
        if not ours and gone > self.counted:
            entries.insert(0, gap(info, gone - self.counted))
            self.counted = gone
        self.counted += len(found)
        if entries:
            self.last = entries[-1].id
        return entries

    def begin_anew(self) -> None:
        """Forget everything: the stream is another one now."""
        self.last, self.counted = START, 0
        self.observer.begin_anew()

    def forget_the_older_half(self) -> None:
        """Begin anew in the middle, because our copy has grown too large; what the stream lost since is a gap."""
        kept = self.settings.most_entries // 2
        self.last, self.counted = self.observer.ids[-kept - 1], self.counted - kept
        self.observer.begin_anew()

    def ready(self) -> None:
        """Raise where the wire cannot be read."""
        self.redis.ping()
        if self.thread is None or not self.thread.is_alive():
            raise RuntimeError("the reader has ended")


def connect(settings: Settings, **options: Any) -> redis.Redis:
    """Return a client that connects at first use, as the classroom's own Redis user."""
    password = settings.redis_password.get_secret_value()
    return redis.Redis.from_url(
        settings.redis_url,
        username=settings.redis_username if password else None,
        password=password or None,
        socket_connect_timeout=1,
        client_name="classroom",
        **options,
    )


def read(entry_id: str, fields: dict[bytes, bytes]) -> Entry:
    """Read one entry; what no recorder of ours wrote is shown as a gap, since every party may write to the stream."""
    try:
        return from_fields(entry_id, fields)
    except Exception:  # whatever it is, it must not keep the others from being read
        log.warning("entry %s is not a message", entry_id)
        return Gap(id=entry_id, party=fields.get(b"party", b"")[:20].decode("utf-8", "replace"), at=time.time(), lost=1)


def gap(info: dict[str, Any], lost: int) -> Gap:
    """Return what stands for entries that were trimmed away before we read them, right before what is still there."""
    if info["first-entry"] is None:
        entry_id = info["last-generated-id"].decode()
    else:
        milliseconds, number = order(info["first-entry"][0].decode())
        entry_id = f"{milliseconds}-{number - 1}" if number else f"{milliseconds - 1}-{LAST_NUMBER}"
    return Gap(id=entry_id, party="", at=order(entry_id)[0] / 1000, lost=lost)
