"""Reads the wire from Redis, one thread per process, and hands each entry to the observer."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import redis

from classroom.belief import WORLD, believed
from classroom.config import Settings
from classroom.observer import START, Observer
from wire.message import Entry, Gap
from wire.quick_redis import ONCE
from wire.streams import WRITERS, Order, order, order_on_the_wire, stream_of

BATCH = 500  # entries of one stream read at once
BLOCK = 1000  # milliseconds to wait for an entry before looking whether the streams are still the same
MOST_AT_ONCE = 10**8  # entries of one millisecond
AHEAD = 5000  # milliseconds that an id may be ahead of Redis' clock, which may have been set back
GATHER = 0.02  # seconds in which more entries may come: what arrives together is read together
REST = 0.5  # seconds after Redis was away
Fields = dict[bytes, bytes]
log = logging.getLogger(__name__)


@dataclass
class Stream:
    """How far the stream of one writer has been read."""

    writer: str
    last: str = START
    counted: int | None = None  # entries that it had taken in when it took in `last`; None before the first look


@dataclass
class Look:
    """What one look at a stream has found."""

    stream: Stream
    gone: int  # entries that were trimmed away
    added: int  # entries that it has ever taken in
    newest: Order  # of its ids
    is_whole: bool  # whether `last` is still there
    unread: list[tuple[bytes, Fields]]

    @property
    def is_full(self) -> bool:
        """Whether there may be more than was read."""
        return len(self.unread) == BATCH

    def was_read_to_its_end(self, horizon: Order) -> bool:
        """Whether all that the stream held is taken where everything up to a place is."""
        return not self.is_full and (not self.unread or self.place(self.unread[-1][0]) <= horizon)

    def place(self, stream_id: bytes) -> Order:
        return order_on_the_wire(self.stream.writer, stream_id.decode())


class Replaced(Exception):
    """What was read is not what goes on: Redis was emptied, or its clock set back."""


class Reader:
    """Follows the streams from their beginning; survives Redis being away, and sees when entries went missing."""

    def __init__(self, settings: Settings, observer: Observer, tick: Callable[[], None] = lambda: None) -> None:
        self.redis: Any = connect(settings, socket_timeout=BLOCK / 1000 + 2)
        self.settings, self.observer, self.tick = settings, observer, tick
        self.streams = [Stream(writer) for writer in WRITERS]
        self.newest: Order = (0, 0)  # the last place that was given to an entry
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
                places = {stream_of(stream.writer): stream.last for stream in self.streams}
                if self.redis.xread(places, count=1, block=BLOCK):  # only to be woken
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
            try:
                entries, is_all = self.next_entries()
            except Replaced:
                self.begin_anew()
                continue
            if entries:
                self.observer.add(entries)
                self.observer.keep(self.settings.most_entries)
            if is_all or not entries:
                return

    def next_entries(self) -> tuple[list[Entry], bool]:
        """Read one batch of all streams in their common order, and in the same moment whether any went missing.

        Return the entries, and whether there were no others at that moment: a look costs as much as several entries.
        """
        now, looks = self.look()
        if now + AHEAD < self.newest[0]:  # the clock was set back: what comes would get ids that no longer tell when
            raise Replaced
        horizon = min([(now, -1), *(look.place(look.unread[-1][0]) for look in looks if look.is_full)])
        ended = [look for look in looks if self.takes_no_more(look, now, horizon)]
        for look in ended:
            log.warning("stream %s is begun anew: its ids have run ahead of the time", stream_of(look.stream.writer))
            self.redis.delete(stream_of(look.stream.writer))
        read = [
            entry for turn in sorted(self.turns(looks, horizon), key=lambda turn: turn[0]) for entry in self.take(*turn)
        ]
        is_all = not ended and all(look.was_read_to_its_end(horizon) for look in looks)
        return [*read, *(gap for look in ended for gap in self.end(look, now))], is_all

    def look(self) -> tuple[int, list[Look]]:
        """Return Redis' time (milliseconds) and what it holds, in one transaction."""
        pipe = self.redis.pipeline(transaction=True)
        pipe.time()
        for stream in self.streams:
            name = stream_of(stream.writer)
            pipe.xinfo_stream(name)
            pipe.xrange(name, stream.last, stream.last)
            pipe.xrange(name, f"({stream.last}", "+", count=BATCH)
        (seconds, microseconds), *answers = pipe.execute(raise_on_error=False)
        parts = zip(self.streams, answers[::3], answers[1::3], answers[2::3], strict=True)
        looks = [look_at(stream, *three) for stream, *three in parts]
        return seconds * 1000 + microseconds // 1000, [look for look in looks if look]

    def turns(self, looks: list[Look], horizon: Order) -> Iterator[tuple[Order, Look, bytes, Fields | None]]:
        """Yield what can be taken now; what is written from now on comes behind it in order, in every stream.

        So the order is the same whoever reads it, and whenever. Without fields it is a gap.
        """
        for look in looks:
            if not look.is_whole and look.gone > (look.stream.counted or 0):
                first = look.unread[0][0] if look.unread else b"%d-%d" % look.newest
                milliseconds, number = look.place(first)
                if (milliseconds, number - 1) <= horizon:
                    yield (milliseconds, number - 1), look, first, None
            for stream_id, fields in look.unread:
                if look.place(stream_id) <= horizon:
                    yield look.place(stream_id), look, stream_id, fields

    def take(self, place: Order, look: Look, stream_id: bytes, fields: Fields | None) -> list[Entry]:
        """Return the entry for one turn, and note how far its stream has been read."""
        stream, at = look.stream, place[0] / 1000
        entry_id = self.next_id(place)
        if fields is None:
            lost, stream.counted = look.gone - (stream.counted or 0), look.gone
            return [Gap(id=entry_id, party="", at=at, lost=lost)]
        stream.last, stream.counted = stream_id.decode(), (stream.counted or 0) + 1
        return [self.read(stream.writer, entry_id, at, fields)]

    def next_id(self, place: Order) -> str:
        """Return an id for a place: behind all others, even where a writer has dated it back or made up its number."""
        milliseconds, number = self.newest
        if place <= self.newest or place[1] > MOST_AT_ONCE:
            place = (milliseconds, number + 1)
        self.newest = place
        return "{}-{}".format(*place)

    def read(self, writer: str, entry_id: str, at: float, fields: Fields) -> Entry:
        """Read one entry; what its writer's recorder cannot have written is shown as a gap."""
        try:
            return believed(writer, self.origins_of_others(writer), entry_id, at, fields)
        except Exception as problem:  # whatever it is, it must not keep the others from being read
            log.info("entry %s of %s is not believed: %s", entry_id, writer, problem)
            world = fields.get(b"world", b"")[:64].decode("ascii", "replace") if writer == "labs" else ""
            return Gap(id=entry_id, party=writer, world=world if WORLD.fullmatch(world) else "", at=at, lost=1)

    def origins_of_others(self, writer: str) -> list[str]:
        """Return where everybody else lives; a writer's own origin may have changed since it wrote."""
        others = {**self.settings.parties, "classroom": self.settings.origin, "labs": self.settings.labs}
        return [origin for name, origin in others.items() if name != writer]

    def takes_no_more(self, look: Look, now: int, horizon: Order) -> bool:
        """Whether a stream's ids have run ahead of the time, so that nothing can come behind them, or only late."""
        all_will_be_read = look.is_full and look.place(look.unread[-1][0]) <= horizon
        return look.newest[0] > now + AHEAD and not all_will_be_read

    def end(self, look: Look, now: int) -> list[Entry]:
        """Return a gap for what a deleted stream still held, and read what comes in its place from the beginning."""
        stream, lost = look.stream, look.added - (look.stream.counted or 0)
        stream.last, stream.counted = START, 0
        return [Gap(id=self.next_id(self.newest), party=stream.writer, at=now / 1000, lost=lost)] if lost > 0 else []

    def begin_anew(self) -> None:
        """Forget everything: the streams are other ones now."""
        self.streams, self.newest = [Stream(writer) for writer in WRITERS], (0, 0)
        self.observer.begin_anew()

    def ready(self) -> None:
        """Raise where the wire cannot be read."""
        self.redis.ping()
        if self.thread is None or not self.thread.is_alive():
            raise RuntimeError("the reader has ended")


def look_at(stream: Stream, info: Any, ours: Any, unread: Any) -> Look | None:
    """Return what three answers of Redis say of a stream, nothing where there is none; raise where it was replaced."""
    if isinstance(info, redis.ResponseError) and "no such key" in str(info):
        if stream.last != START:
            raise Replaced
        stream.counted = 0
        return None
    for answer in (info, ours, unread):
        if isinstance(answer, Exception):
            raise answer
    gone = info["entries-added"] - info["length"]
    if stream.counted is None:  # what went before we came is nobody's gap
        stream.counted = gone
    elif not ours and gone < stream.counted:  # what we read was never trimmed from this stream: it is another one
        raise Replaced
    newest = order(info["last-generated-id"].decode())
    return Look(stream, gone, info["entries-added"], newest, bool(ours), unread)


def connect(settings: Settings, **options: Any) -> redis.Redis:
    """Return a client that connects at first use, as the classroom's own Redis user."""
    password = settings.redis_password.get_secret_value()
    return redis.Redis.from_url(
        settings.redis_url,
        username=settings.redis_username if password else None,
        password=password or None,
        socket_connect_timeout=1,
        client_name="classroom",
        retry=ONCE,
        **options,
    )
