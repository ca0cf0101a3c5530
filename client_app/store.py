"""Budget's notebook in Redis: requests on their way, and connections with their tokens."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.exceptions import LockError
from redis.retry import Retry

from client_app.config import Settings
from client_app.models import Connection, Pending
from wire.current import Current
from wire.functions import functions_are_loaded

MONTH = 30 * 24 * 3600  # seconds; a TTL only collects garbage
PATIENCE = 15.0  # seconds that a second request waits for the first one's refresh
AGAIN = 0.1  # seconds between two tries for the lock
LONGEST_REFRESH = 300.0  # seconds: somebody may be looking at it in step mode


def connect(settings: Settings, *, decode_responses: bool) -> redis.Redis:
    """Return a client that dials at its first command, so that Budget starts while Redis is away."""
    return redis.Redis.from_url(
        settings.redis_url,
        username=settings.redis_username,
        password=settings.redis_password,
        decode_responses=decode_responses,
        socket_timeout=2,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 1),
    )


class Store:
    """What Budget remembers, under its own key prefix."""

    def __init__(self, settings: Settings) -> None:
        self.prefix = settings.key_prefix
        self.keep = 2 * settings.pending_seconds
        self.redis: Any = connect(settings, decode_responses=True)

    def add_pending(self, browser: str, pending: Pending) -> None:
        """Remember a request beside the browser's others: a person may have several tabs."""
        key = f"{self.prefix}pending:{browser}"
        with self.redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, pending.state, pending.model_dump_json()).expire(key, self.keep).execute()

    def pending_of(self, browser: str | None) -> dict[str, Pending]:
        """Return the requests that this browser has begun, by `state`."""
        records = self.redis.hgetall(f"{self.prefix}pending:{browser}") if browser else {}
        return {state: Pending.model_validate_json(record) for state, record in records.items()}

    def take_pending(self, browser: str | None, pending: Pending) -> bool:
        """Forget a request; only one of two callbacks that race is told True."""
        return bool(self.redis.hdel(f"{self.prefix}pending:{browser}", pending.state))

    def save_connection(self, connection: Connection, *, known: bool = False) -> None:
        """Keep a connection; a `known` one only if it has not been forgotten meanwhile."""
        key = f"{self.prefix}connection:{connection.id}"
        self.redis.set(key, connection.model_dump_json(), ex=MONTH, xx=known)

    def find_connection(self, connection_id: str | None) -> Connection | None:
        """Return the connection, or None."""
        record = self.redis.get(f"{self.prefix}connection:{connection_id}") if connection_id else None
        return Connection.model_validate_json(record) if record else None

    def forget_connection(self, connection_id: str) -> None:
        """Forget the connection and its tokens."""
        self.redis.delete(f"{self.prefix}connection:{connection_id}")

    @contextmanager
    def only_one(self, connection_id: str) -> Iterator[None]:
        """Hold the connection alone: a refresh token must not be used twice at once (RFC 9700 §4.14.2)."""
        lock, holder = f"{self.prefix}lock:{connection_id}", secrets.token_hex(16)
        until = time.monotonic() + PATIENCE
        while not self.redis.fcall("budget_acquire", 1, lock, holder, int(LONGEST_REFRESH * 1000)):
            if time.monotonic() > until:
                raise LockError("another request has held this connection for too long")
            time.sleep(AGAIN)
        try:
            yield
        finally:
            self.redis.fcall("budget_release", 1, lock, holder)

    def ready(self) -> None:
        """Raise where Redis is away or does not know our functions."""
        functions_are_loaded(self.redis, "budget")


store = cast("Store", Current("store"))
