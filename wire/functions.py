"""Lua at Redis: each party's `functions.lua`, loaded by whoever starts Redis; parties call it, and load none."""

from typing import Any

from redis import RedisError, ResponseError

ON_DISK = 1500  # milliseconds until something must be on disk; the store writes there once a second


class FunctionsMissing(Exception):
    """Redis does not know a party's functions: whoever started it has not loaded them."""


class NothingIsTaken(Exception):
    """Redis answers and does not write: its disk or its memory is full."""


class NotOnDisk(RedisError):
    """What was written has not come to the disk in time: it may stay or not, and must not be called done."""


def done_and_on_disk(redis: Any, *command: Any) -> Any:
    """Run a command, and return its answer when what it wrote is on disk (one round trip)."""
    # Said to be done sooner, it would be undone where the disk is full, or the power fails, in this very second.
    pipe = redis.pipeline(transaction=False)  # one connection, for each waits for its own writes only
    pipe.execute_command(*command)
    answer, kept = pipe.waitaof(1, 0, ON_DISK).execute(raise_on_error=False)
    if isinstance(answer, RedisError):
        raise answer
    if isinstance(kept, RedisError) and "appendonly is disabled" not in str(
        kept
    ):  # then it keeps, and promises, nothing
        raise kept
    if isinstance(kept, list) and kept[0] < 1:
        raise NotOnDisk("what was written is not on disk yet")
    return answer


def store_is_ready(redis: Any, party: str, key: str) -> None:
    """Raise where Redis is away, does not know the functions of a party, or writes no key (one round trip)."""
    try:
        redis.fcall(f"{party}_is_ready", 1, key)
    except ResponseError as problem:
        missing = "function not found" in str(problem).lower()
        raise (FunctionsMissing if missing else NothingIsTaken)(party) from problem
