"""Where the wire is written: a capped Redis stream of each writer, that delays nobody (`WIRE_…` in the environment)."""

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, Protocol

import hiredis
import redis
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from wire.message import Entry, Gap, name_of, to_fields
from wire.quick_redis import AnswerLost, QuickRedis, quick_redis
from wire.streams import stream_of

log = logging.getLogger(__name__)
MOST_DOUBTS = 256  # names in one gap: more requests are never under way at once


class Settings(BaseSettings):
    """Whether to record, and how much at most."""

    model_config = SettingsConfigDict(env_prefix="WIRE_")

    record: bool = True
    step_mode: bool = False  # whether to listen to the classroom's switch; whoever runs a classroom sets it
    entries: int = 10_000  # of each stream; the oldest go first
    largest_body: int = 16 * 1024  # bytes kept of one body
    largest_headers: int = 16 * 1024  # letters kept of all headers of one message
    patience: float = 0.25  # seconds to wait for Redis
    rest: float = 1.0  # seconds between looks for a Redis that is away


class Account(Protocol):
    """A party's own user in Redis."""

    @property
    def redis_url(self) -> str: ...
    @property
    def redis_username(self) -> str: ...
    @property
    def redis_password(self) -> str | SecretStr: ...


def connect(account: Account, patience: float) -> QuickRedis:
    """Return a client for the party's user that waits so many seconds."""
    password = account.redis_password
    return quick_redis(
        account.redis_url,
        username=account.redis_username,
        password=password.get_secret_value() if isinstance(password, SecretStr) else password,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        client_name="wire",
    )


class Journal:
    """Appends to its writer's stream; when Redis is slow or away it drops, counts what it dropped, and says so later.

    The writes that meet the trouble wait once, for `patience`; a thread looks out from then on, and no request waits.
    """

    def __init__(self, account: Account, settings: Settings, writer: str) -> None:
        self.settings, self.stream = settings, stream_of(writer)
        self.redis = connect(account, settings.patience)
        self.lost = 0
        self.in_doubt: list[str] = []  # what was sent, and may have come late
        self.gaps: list[Gap] = []  # that Redis has not yet said it has
        self.away = threading.Event()
        self.one_at_a_time = threading.Lock()

    def write(self, *entries: Entry) -> None:
        """Append entries in one round trip."""
        if self.away.is_set():
            self.lost += len(entries)
            return
        gaps = self.gaps_before(entries[0]) if self.lost or self.in_doubt or self.gaps else ()
        try:
            self.append((*gaps, *entries))
        except redis.RedisError as problem:
            self.have_trouble(problem, entries)
            return
        if gaps:
            with self.one_at_a_time:
                self.gaps = [gap for gap in self.gaps if gap not in gaps]

    def gaps_before(self, entry: Entry) -> tuple[Gap, ...]:
        """Return what is to be said of entries that were dropped; it stands until Redis has taken it."""
        with self.one_at_a_time:
            if self.lost or self.in_doubt:
                gap = Gap(
                    party=entry.party,
                    world=entry.world,
                    origin=entry.origin,
                    at=entry.at,
                    lost=self.lost,
                    name=secrets.token_hex(8),
                    in_doubt=tuple(self.in_doubt),
                )
                self.gaps.append(gap)
                self.lost, self.in_doubt = 0, []
            return tuple(self.gaps)

    def have_trouble(self, problem: redis.RedisError, entries: Sequence[Entry]) -> None:
        """Count what was dropped, and begin to look out for Redis."""
        with self.one_at_a_time:
            if isinstance(problem, AnswerLost) and len(self.in_doubt) < MOST_DOUBTS:
                self.in_doubt += map(name_of, entries)
            else:
                self.lost += len(entries)
            log.warning("the wire could not be written (%s)", problem)
            if not self.away.is_set():
                self.away.set()
                threading.Thread(target=self.look_out, name="wire", daemon=True).start()

    def look_out(self) -> None:
        """Wait until Redis answers again."""
        while True:
            time.sleep(self.settings.rest)
            with contextlib.suppress(redis.RedisError):
                self.redis.ping()
                self.away.clear()
                return

    def append(self, entries: Iterable[Entry]) -> None:
        self.redis.ask(*map(self.command, entries))

    def command(self, entry: Entry) -> bytes:
        """Return what appends an entry, as it goes to Redis."""
        fields = chain.from_iterable(to_fields(entry).items())
        command: Any = ("XADD", self.stream, "MAXLEN", "~", self.settings.entries, "*", *fields)
        return bytes(hiredis.pack_command(command))
