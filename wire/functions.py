"""Lua at Redis: each party's `functions.lua`, loaded by whoever starts Redis; parties call it, and load none."""

from typing import Any

from redis import ResponseError


class FunctionsMissing(Exception):
    """Redis does not know a party's functions: whoever started it has not loaded them."""


def functions_are_loaded(redis: Any, party: str) -> None:
    """Raise where Redis is away, or does not know the functions of a party (one round trip)."""
    try:
        redis.fcall(f"{party}_is_loaded", 0)
    except ResponseError as problem:
        raise FunctionsMissing(party) from problem
