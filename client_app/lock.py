"""A lock that lives little longer than the work it is for: whoever dies holding it holds nobody up for long."""

import contextlib
import secrets
import threading
import time
from types import TracebackType
from typing import Any, Self

from redis.exceptions import RedisError

from wire.quick_redis import AnswerLost

LIFE = 6.0  # seconds after which a lock falls open whose holder no longer extends it: it was killed, or stopped
EXTENDED_EVERY = 2.0  # seconds; so that twice a busy machine, or Redis, may let one extension come late
PATIENCE = 8.0  # seconds to wait for a lock: longer than its life, so that a killed holder costs a wait and no error
AGAIN = 0.1  # seconds between two tries
LONGEST = 300.0  # seconds that a lock is extended: step mode may hold the work for two minutes


class Taken(Exception):
    """Somebody else holds the lock, and works."""


class Lock:
    """Held alone by whoever entered it first; each holder has a word of its own, and frees or extends nothing else."""

    def __init__(self, redis: Any, key: str) -> None:
        self.redis, self.key, self.word = redis, key, secrets.token_hex(16)
        self.done = threading.Event()

    def __enter__(self) -> Self:
        until = time.monotonic() + PATIENCE
        while not self.call("acquire", milliseconds(LIFE)):
            if time.monotonic() > until:
                raise Taken
            time.sleep(AGAIN)
        threading.Thread(target=self.extend_while_working, name="lock", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, _: TracebackType | None
    ) -> None:
        self.done.set()
        with contextlib.suppress(RedisError):  # the work is done, and the lock falls open by itself
            self.call("release")

    def extend_while_working(self) -> None:
        """Extend the lock until the work is done, or has taken too long; this ends with the process."""
        until = time.monotonic() + LONGEST
        while not self.done.wait(EXTENDED_EVERY) and time.monotonic() < until:
            with contextlib.suppress(RedisError):  # it may be away for a moment
                self.call("extend", milliseconds(LIFE))

    def make_sure(self) -> None:
        """Raise where the lock has fallen open, as it does while this process is stopped."""
        if not self.call("extend", milliseconds(LIFE)):
            raise Taken

    def call(self, function: str, *args: int) -> bool:
        """Call a function of the lock, twice where the answer is lost: by its word it is known as the same call."""
        try:
            return bool(self.redis.fcall(f"budget_{function}", 1, self.key, self.word, *args))
        except AnswerLost:
            return bool(self.redis.fcall(f"budget_{function}", 1, self.key, self.word, *args))


def milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
