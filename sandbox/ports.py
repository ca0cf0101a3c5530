"""Whether the parties' ports are free, and who has those that are not."""

import contextlib
import os
import socket

import psutil

from sandbox.parties import PORTS
from sandbox.settings import Trouble, port


def port_is_free(name: str) -> None:
    """Refuse to start over somebody else's port, and name who has it."""
    number = port(name)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            hint = f"stop it, or choose another: SANDBOX_{name.upper()}_PORT={number + 500} make up"
            raise Trouble(f"Port {number} ({PORTS[name]}) is in use by {holder_of(number)}; {hint}") from None


def holder_of(number: int) -> str:
    """Name the process that listens on a port, as far as the system tells us."""
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and tuple(connection.laddr)[1:] == (number,) and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return "another program" if os.getuid() == 0 else "another program, perhaps another user's"
