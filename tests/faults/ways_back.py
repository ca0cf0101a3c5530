"""What cannot be undone by waiting has a way back by commands: each is gone here as a person would go it."""

import time
from collections.abc import Iterator

import psutil

from tests.faults.places import Local

Step = tuple[str, float, str]  # what was tried, seconds, what was wrong
GARBAGE = b"*1\r\n$7\r\nflushdb"  # and then something that is no command
LONGEST_FAILURE = 20.0  # seconds until `make up` says that it cannot, on a busy machine; four on an idle one


def ways_back(place: Local) -> Iterator[Step]:
    """Go every way back, and say how long each took."""
    yield timed("supervisor is killed: `make down`", lambda: down_ends_all(place))
    yield timed("the records are broken: `make up`", lambda: up_names_the_cause(place))
    yield timed("the records are broken: `make doctor`", lambda: said(place, "doctor", 1, "make reset"))
    yield timed("nothing runs: `make reset`", lambda: said(place, "reset", 0, "deleted"))
    yield timed("afterwards: `make up`", lambda: said(place, "up", 0, "Sign in as"))


def timed(what: str, go: "object") -> Step:
    began = time.monotonic()
    wrong = str(go())  # type: ignore[operator]
    return what, time.monotonic() - began, wrong


def said(place: Local, command: str, status: int, sentence: str) -> str:
    """Run a command, and return what is wrong with what it says."""
    done = place.command(command)
    text = done.stdout + done.stderr
    return "" if done.returncode == status and sentence in text else text


def down_ends_all(place: Local) -> str:
    """Without supervisor, what it had started is still found by its state folder."""
    parts = place.supervisor().children(recursive=True)
    place.supervisor().kill()
    wrong = said(place, "doctor", 1, "without supervisor") + said(place, "down", 0, "The sandbox is down.")
    left = [part.name() for part in parts if part.is_running() and part.status() != psutil.STATUS_ZOMBIE]
    return wrong + " ".join(left) + said(place, "down", 0, "Nothing is running.")


def up_names_the_cause(place: Local) -> str:
    """It says at once what is broken, and leaves nothing behind."""
    [*_, newest] = sorted((place.state / "redis" / "appendonlydir").glob("*.incr.aof"))
    with newest.open("ab") as file:
        file.write(GARBAGE)
        file.write(b"no command at all\r\n")
    began = time.monotonic()
    wrong = said(place, "up", 1, f"reading the append only file {newest.name}")
    took = time.monotonic() - began
    slow = f"it took {took:.0f} s" if took > LONGEST_FAILURE else ""
    return wrong + slow + said(place, "down", 0, "Nothing is running.")
