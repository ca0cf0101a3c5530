"""Ports that nobody has: below those that the system gives away, and each kept by a lock while these tests run."""

import contextlib
import fcntl
import random
import socket
import tempfile
from pathlib import Path
from typing import IO

LOWEST, HIGHEST = 10_000, 32_000  # from 32,768 on, Linux hands ports out to whoever connects somewhere
KEPT: list[IO[str]] = []


def free_port() -> int:
    """Return a port of loopback on which nobody listens, and that no other run of the tests was given."""
    locks = Path(tempfile.gettempdir()) / "glassbox-test-ports"
    locks.mkdir(exist_ok=True)
    for number in random.SystemRandom().sample(range(LOWEST, HIGHEST), 1_000):
        lock = (locks / str(number)).open("w")
        with contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.create_server(("127.0.0.1", number)):
                KEPT.append(lock)
                return number
        lock.close()
    raise AssertionError("there is no port left")


def is_listened_on(port: int) -> bool:
    """Whether somebody accepts connections on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
