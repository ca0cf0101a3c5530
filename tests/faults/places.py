"""Where the parties run, and how a part is killed, stopped or cut off there: local processes, or the Compose stack."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import psutil
import requests

from sandbox.parties import PARTIES, PORTS
from sandbox.settings import ROOT
from tests.support.ports import free_port
from wire.addresses import Addresses, Party

WORDS = {party.name: party.package for party in PARTIES} | {"redis": "valkey-server"}
FILLER = "filler"  # the file that takes the rest of a disk
SPACE = "48m"  # of a disk that is filled


class Place(Protocol):
    """A sandbox of our own that may be broken."""

    addresses: Addresses

    def secret(self, party: str, name: str) -> str: ...
    def kill(self, *parts: str) -> None: ...
    def asleep(self, *parts: str) -> contextlib.AbstractContextManager[None]: ...
    def full(self) -> contextlib.AbstractContextManager[None]: ...
    def logs(self) -> dict[str, str]: ...


class Local:
    """Local processes, with a state folder of their own."""

    def __init__(self, state: Path, **settings: str) -> None:
        self.state = state
        ports: dict[str, int] = {f"{name}_port": free_port() for name in PORTS}
        self.addresses = Addresses(**ports)  # type: ignore[arg-type]  # only ports
        own = {f"SANDBOX_{name.upper()}": str(number) for name, number in ports.items()}
        self.environment = os.environ | own | {"SANDBOX_STATE": str(state), "RUNTIME": "local"} | settings

    def __str__(self) -> str:
        return f"SANDBOX_STATE={self.state}, Bank ID at {self.addresses.origin('auth')}"

    def command(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the sandbox's commands."""
        command = [sys.executable, "-m", "sandbox", name]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def up(self) -> None:
        done = self.command("up")
        assert done.returncode == 0, done.stdout + done.stderr

    def secret(self, party: str, name: str) -> str:
        return (self.state / "secrets" / party / name).read_text()

    def supervisor(self) -> psutil.Process:
        return psutil.Process(int((self.state / "supervisord.pid").read_text()))

    def processes(self, *parts: str) -> list[psutil.Process]:
        """Return the processes of parts below our own supervisor; one that has just died has none."""
        processes = []
        for process in self.supervisor().children():
            with contextlib.suppress(psutil.Error):
                words = [word.partition(" ")[0].rpartition("/")[2] for word in process.cmdline()]
                processes += [process] if any(WORDS[part] in words for part in parts) else []
        return processes

    def kill(self, *parts: str) -> None:
        """End parts without warning; supervisor starts them again."""
        for process in self.processes(*parts):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    @contextlib.contextmanager
    def asleep(self, *parts: str) -> Iterator[None]:
        """Let parts hear and not answer."""
        processes = self.processes(*parts)
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                process.resume()

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Take all the room that is left on the disk of the state folder."""
        filler = self.state / FILLER
        try:
            fill(filler)
            yield
        finally:
            filler.unlink(missing_ok=True)

    def logs(self) -> dict[str, str]:
        return {path.name: path.read_text(errors="replace") for path in (self.state / "logs").glob("*.log*")}


def fill(path: Path) -> None:
    """Write a file until there is no room for one more byte."""
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (2**20, 2**12, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size):
                    pass


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a small disk of memory under a folder; only root may, and only on Linux."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SPACE}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


@contextlib.contextmanager
def local(folder: Path, **settings: str) -> Iterator[Local]:
    """Run a sandbox of local processes, and take it down whatever happens."""
    place = Local(folder, **settings)
    try:
        place.up()
        yield place
    finally:
        place.command("down")


def why_not_ready(place: Place, party: Party) -> str:
    """Return why a party says that it is not ready, nothing where it is."""
    port = getattr(place.addresses, f"{party}_port")
    try:
        answer = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5)
    except requests.RequestException as problem:
        return type(problem).__name__
    return "" if answer.status_code == 200 else answer.text


def until(comes_true: "object", seconds: float) -> bool:
    """Wait for something, and say whether it came."""
    end = time.monotonic() + seconds
    while not comes_true():  # type: ignore[operator]
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
