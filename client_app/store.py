"""Budget's notebook in Redis: requests on their way, and connections with their tokens."""

import time
from typing import Any, cast

from redis.exceptions import RedisError

from client_app.config import Settings
from client_app.lock import Lock
from client_app.models import Connection, Pending
from wire.current import Current
from wire.functions import store_is_ready
from wire.quick_redis import QuickRedis, quick_redis

MONTH = 30 * 24 * 3600  # seconds without a new token; a TTL only collects garbage, and no refresh token lives longer
SAVED_WITHIN, AGAIN = 5.0, 0.25  # seconds to try to keep new tokens, and between two tries


def connect(settings: Settings, *, decode_responses: bool) -> QuickRedis:
    """Return a client that dials at its first command, so that Budget starts while Redis is away."""
    return quick_redis(
        settings.redis_url,
        username=settings.redis_username,
        password=settings.redis_password,
        decode_responses=decode_responses,
        socket_timeout=2,
        socket_connect_timeout=1,
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

    def pending_of(self, browser: str) -> dict[str, Pending]:
        """Return the requests that this browser has begun, by `state`."""
        records = self.redis.hgetall(f"{self.prefix}pending:{browser}") if browser else {}
        return {state: Pending.model_validate_json(record) for state, record in records.items()}

    def take_pending(self, browser: str, pending: Pending) -> bool:
        """Forget a request; only one of two callbacks that race is told True."""
        return bool(self.redis.hdel(f"{self.prefix}pending:{browser}", pending.state))

    def save_connection(self, connection: Connection, *, known: bool = False) -> bool:
        """Keep a connection; a `known` one only if it has not been forgotten meanwhile. Return whether it is kept."""
        key, until = f"{self.prefix}connection:{connection.id}", time.monotonic() + SAVED_WITHIN
        # What bought these tokens is used up: lost now, they are lost for good. To write the same twice does no harm.
        while True:
            try:
                return bool(self.redis.set(key, connection.model_dump_json(), ex=MONTH, xx=known))
            except RedisError:
                if time.monotonic() > until:
                    raise
            time.sleep(AGAIN)

    def find_connection(self, connection_id: str | None) -> Connection | None:
        """Return the connection, or None."""
        record = self.redis.get(f"{self.prefix}connection:{connection_id}") if connection_id else None
        return Connection.model_validate_json(record) if record else None

    def forget_connection(self, connection_id: str) -> None:
        """Forget the connection and its tokens."""
        self.redis.delete(f"{self.prefix}connection:{connection_id}")

    def only_one(self, connection_id: str) -> Lock:
        """Hold the connection alone: a refresh token must not be used twice at once (RFC 9700 §4.14.2)."""
        return Lock(self.redis, f"{self.prefix}lock:{connection_id}")

    def ready(self) -> None:
        """Raise where Redis is away, does not know our functions, or takes nothing."""
        store_is_ready(self.redis, "budget", f"{self.prefix}ready")


store = cast("Store", Current("store"))
