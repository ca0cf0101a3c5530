"""Ports that nobody else takes: each worker of the tests has a range of its own, below those the system gives away."""

import contextlib
import itertools
import os
import socket

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
BASE = int(os.environ.get("TEST_PORT_BASE", "19100"))
NUMBERS = itertools.count(BASE + 900 + 2_000 * WORKER)


def free_port() -> int:
    """Return a port of loopback on which nobody listens, each time another."""
    for number in NUMBERS:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", number)):
            return number
    raise AssertionError("there is no port left")
