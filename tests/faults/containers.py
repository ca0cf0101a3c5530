"""The Compose stack as a place of faults, through the engine's own API: kill, pause, disconnect, a full volume."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import docker
from docker.models.containers import Container

from sandbox.parties import PARTIES, PORTS, REDIS_UID
from sandbox.settings import ROOT
from tests.support.ports import free_port
from wire.addresses import Addresses

PROJECT = "glassbox-faults"
VOLUME = f"{PROJECT}_redis-data"
FILES = "docker-compose.yml:tests/faults/small-volume.yml"
END_ALL = ["sh", "-c", "kill -9 -1"]  # all but the first process, which ends with them; then the engine starts it anew
FILL = ["sh", "-c", "dd if=/dev/zero of=/data/filler bs=4096; dd if=/dev/zero of=/data/filler2 bs=1"]
EMPTY = ["sh", "-c", "rm -f /data/filler /data/filler2"]


class Stack:
    """A stack of our own, on free ports, beside one that may be in use."""

    def __init__(self) -> None:
        self.engine = docker.from_env()
        ports: dict[str, int] = {f"{name}_port": free_port() for name in PORTS}
        self.addresses = Addresses(**ports)  # type: ignore[arg-type]  # only ports
        own = {f"SANDBOX_{name.upper()}": str(number) for name, number in ports.items()}
        compose = {"COMPOSE_PROJECT_NAME": PROJECT, "COMPOSE_FILE": FILES}
        self.environment = os.environ | own | compose | {"RUNTIME": "docker"}
        self.holder: Container | None = None

    def command(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the sandbox's commands."""
        command = [sys.executable, "-m", "sandbox", name]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)

    def up(self) -> None:
        done = self.command("up")
        assert done.returncode == 0, done.stdout + done.stderr
        # A disk of memory is gone when nobody has it mounted, as while the store is started anew.
        self.holder = self.engine.containers.run(
            "redis:8",
            ["sleep", "3600"],
            entrypoint=[],
            user=str(REDIS_UID),
            volumes={VOLUME: {"bind": "/data", "mode": "rw"}},
            network_mode="none",
            init=True,
            detach=True,
        )

    def down(self) -> None:
        if self.holder:
            self.holder.remove(force=True)
        subprocess.run(
            ["docker", "compose", "down", "--volumes", "--remove-orphans"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            check=False,
        )
        self.engine.close()

    def container(self, part: str) -> Container:
        labels = [f"com.docker.compose.project={PROJECT}", f"com.docker.compose.service={part}"]
        [container] = self.engine.containers.list(all=True, filters={"label": labels})
        return container

    def secret(self, party: str, name: str) -> str:
        answer: Any = self.container(party).exec_run(["cat", f"/run/sandbox-secrets/{name}"])
        assert answer.exit_code == 0, answer.output
        return str(answer.output.decode())

    def kill(self, *parts: str) -> None:
        """End what runs in containers; one that the engine itself is told to kill would stay down."""
        for part in parts:
            with contextlib.suppress(docker.errors.APIError):  # it is on its way back already
                self.container(part).exec_run(END_ALL, detach=True)

    @contextlib.contextmanager
    def asleep(self, *parts: str) -> Iterator[None]:
        """Let parts hear and not answer."""
        containers = [self.container(part) for part in parts]
        for container in containers:
            container.pause()
        try:
            yield
        finally:
            for container in containers:
                container.unpause()

    @contextlib.contextmanager
    def cut_off(self, part: str, network: str) -> Iterator[None]:
        """Take a part out of a network in which it meets another."""
        container, joined = self.container(part), self.engine.networks.get(f"{PROJECT}_{network}")
        known = container.attrs["NetworkSettings"]["Networks"][f"{PROJECT}_{network}"]
        joined.disconnect(container)
        try:
            yield
        finally:
            joined.connect(container, aliases=known["Aliases"])

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Take all the room that is left in the store's volume."""
        assert self.holder
        try:
            self.holder.exec_run(FILL)
            yield
        finally:
            self.holder.exec_run(EMPTY)

    def logs(self) -> dict[str, str]:
        return {party.name: self.container(party.name).logs().decode("utf-8", "replace") for party in PARTIES}


@contextlib.contextmanager
def stack() -> Iterator[Stack]:
    """Start a stack, and take it down with all that it kept."""
    place = Stack()
    try:
        place.up()
        yield place
    finally:
        place.down()
