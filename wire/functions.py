"""Lua at Redis: each party's `functions.lua`, loaded by whoever starts Redis; parties call it, and load none."""

from typing import Any

from redis import ResponseError


class FunctionsMissing(Exception):
    """Redis does not know a party's functions: whoever started it has not loaded them."""


class NothingIsTaken(Exception):
    """Redis answers and does not write: its disk or its memory is full."""


def store_is_ready(redis: Any, party: str, key: str) -> None:
    """Raise where Redis is away, does not know the functions of a party, or writes no key (one round trip)."""
    try:
        redis.fcall(f"{party}_is_ready", 1, key)
    except ResponseError as problem:
        missing = "function not found" in str(problem).lower()
        raise (FunctionsMissing if missing else NothingIsTaken)(party) from problem
