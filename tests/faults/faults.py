"""The faults: what is done to which part, and how often; each ends by itself, and then flows go on."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.faults.containers import Stack
from tests.faults.places import Local, Place, until, why_not_ready

Broken = Callable[[Place], contextlib.AbstractContextManager[None]]
STOPPED = 2.0  # seconds that a part hears and does not answer
LAST_SECOND = ("an access token", "a refresh token", "a code", "somebody's session", "Budget's connection")
ALL = ("redis", "auth", "bank", "budget", "balance", "classroom", "labs")


class PromiseBroken(AssertionError):
    """What a page, a probe or a command says is not so."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    name: str
    broken: Broken
    times: int = 1
    longest: float = 20.0  # seconds until flows go on, however busy the machine is
    may_cost: tuple[str, ...] = ()  # what of the last second may be gone; see docs/settings.md


def killed(*parts: str) -> Broken:
    """Kill parts, all at the same moment."""

    @contextlib.contextmanager
    def broken(place: Place) -> Iterator[None]:
        place.kill(*parts)
        yield

    return broken


def stopped(*parts: str, seconds: float = STOPPED) -> Broken:
    """Let parts sleep for a while."""

    @contextlib.contextmanager
    def broken(place: Place) -> Iterator[None]:
        with place.asleep(*parts):
            time.sleep(seconds)
            yield

    return broken


@contextlib.contextmanager
def killed_again_and_again(place: Place) -> Iterator[None]:
    """Kill the store whenever it has come back, more often than whoever watches over it would have tried."""
    for _ in range(5):
        place.kill("redis")
        time.sleep(0.7)
    yield


@contextlib.contextmanager
def disk_is_full(place: Place) -> Iterator[None]:
    """Fill the disk until Bank ID says that it cannot work, and kill the store before there is room again."""
    with place.full():
        if not until(lambda: why_not_ready(place, "auth"), 10):
            raise PromiseBroken("Bank ID calls itself ready where nothing can be written")
        time.sleep(STOPPED)
        place.kill("redis")
        yield


@contextlib.contextmanager
def supervisor_is_killed(place: Place) -> Iterator[None]:
    """Kill supervisor, and start again what it leaves behind."""
    assert isinstance(place, Local)
    place.supervisor().kill()
    time.sleep(0.5)
    place.up()
    yield


@contextlib.contextmanager
def started_anew(place: Place) -> Iterator[None]:
    """Stop everything under load, and start it."""
    assert isinstance(place, Local)
    place.command("down")
    place.up()
    yield


def cut_off(part: str, network: str) -> Broken:
    """Take a part out of a network for a while."""

    @contextlib.contextmanager
    def broken(place: Place) -> Iterator[None]:
        assert isinstance(place, Stack)
        with place.cut_off(part, network):
            time.sleep(STOPPED)
            yield

    return broken


def by_hand(seconds: float) -> Broken:
    """Say where everything is, and leave it to a person to break it."""

    @contextlib.contextmanager
    def broken(place: Place) -> Iterator[None]:
        print(f"for {seconds:.0f} s: {place}", flush=True)
        time.sleep(seconds)
        yield

    return broken


LOCAL = (
    Fault("Valkey is killed", killed("redis"), times=3),
    Fault("Bank ID is killed", killed("auth"), times=2),
    Fault("the bank is killed", killed("bank")),
    Fault("Budget is killed", killed("budget")),
    Fault("the pages are killed", killed("balance", "classroom", "labs")),
    Fault("everything is killed", killed(*ALL), longest=30),
    Fault("Valkey is stopped", stopped("redis")),
    Fault("Bank ID is stopped", stopped("auth")),
    Fault("the bank is stopped", stopped("bank")),
    Fault("Budget is stopped", stopped("budget")),
    Fault("Valkey is killed five times", killed_again_and_again),
    Fault("the disk is full, Valkey killed", disk_is_full, may_cost=LAST_SECOND),
    Fault("everything is started anew", started_anew),
    Fault("supervisor is killed", supervisor_is_killed),
)
DOCKER = (
    Fault("Redis is killed", killed("redis")),
    Fault("Bank ID is killed", killed("auth")),
    Fault("the bank is killed", killed("bank")),
    Fault("Budget is killed", killed("budget")),
    Fault("everything is killed", killed(*ALL), longest=30),
    Fault("Redis is paused", stopped("redis")),
    Fault("Bank ID is paused", stopped("auth")),
    Fault("the bank is paused", stopped("bank")),
    Fault("Bank ID is cut off from Redis", cut_off("auth", "auth-redis")),
    Fault("Budget is cut off from Bank ID", cut_off("budget", "budget-auth")),
    Fault("the bank is cut off from Bank ID", cut_off("bank", "bank-auth")),
    Fault("the volume is full, Redis killed", disk_is_full, may_cost=LAST_SECOND),
)
SHORT = (
    Fault("Valkey is killed", killed("redis")),
    Fault("Bank ID is killed", killed("auth")),
    Fault("the bank is killed", killed("bank")),
    Fault("Valkey is stopped", stopped("redis", seconds=0.5)),
)
