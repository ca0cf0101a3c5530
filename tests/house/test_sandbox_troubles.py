"""What goes wrong on people's machines ends in one clear sentence, and leaves nothing behind."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sandbox.settings import ROOT

PARTIES = ("AUTH", "BANK", "BUDGET", "BALANCE")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give a sandbox of our own, on ports that nobody else listens on, without a Docker engine."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in PARTIES]
    ports = {f"SANDBOX_{name}_PORT": str(probe.getsockname()[1]) for name, probe in zip(PARTIES, probes, strict=True)}
    for probe in probes:
        probe.close()
    return os.environ | ports | {"SANDBOX_STATE": str(tmp_path / "state"), "RUNTIME": "local", "SANDBOX_HOSTS": "names"}


def sandbox(command: str, environment: dict[str, str], **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", command],
        cwd=ROOT,
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Return the only line of bad news; a stack trace would be more."""
    assert done.returncode == 1, done.stdout + done.stderr
    [line] = done.stderr.splitlines()
    return line


def debris(environment: dict[str, str]) -> list[str]:
    """Return what still runs for the sandbox of this environment."""
    state = environment["SANDBOX_STATE"]
    return [
        " ".join(process.info["cmdline"])
        for process in psutil.process_iter(["cmdline"])
        if any(state in word for word in process.info["cmdline"] or []) and process.pid != os.getpid()
    ]


def test_a_port_in_use_is_named_with_the_process_that_has_it(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = one_sentence(sandbox("up", environment, SANDBOX_BANK_PORT=port))
    assert f"Port {port} (Bank API) is in use by" in told
    assert f"(process {os.getpid()})" in told
    assert "SANDBOX_BANK_PORT=" in told
    assert debris(environment) == []


def test_a_state_folder_that_cannot_be_made_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = one_sentence(sandbox("up", environment, SANDBOX_STATE=str(tmp_path / "file" / "state")))
    assert str(tmp_path / "file") in told
    assert "SANDBOX_STATE" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [("SANDBOX_AUTH_PORT", "many"), ("SANDBOX_AUTH_PORT", "70000"), ("SANDBOX_HOSTS", "elsewhere"), ("RUNTIME", "vm")],
)
def test_a_setting_that_cannot_be_used_is_named(environment: dict[str, str], name: str, value: str) -> None:
    told = one_sentence(sandbox("up", environment, **{name: value}))
    assert name.removeprefix("SANDBOX_").lower() in told.lower()


@pytest.mark.parametrize("command", ["up", "doctor"])
def test_docker_that_does_not_let_us_in_is_named(environment: dict[str, str], tmp_path: Path, command: str) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(
        '#!/bin/sh\n[ "$1" = compose ] && exit 0\n'
        "echo 'permission denied while trying to connect to the Docker daemon socket' >&2\nexit 1\n"
    )
    docker.chmod(docker.stat().st_mode | stat.S_IXUSR)
    done = sandbox(command, environment, RUNTIME="docker", PATH=f"{docker.parent}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "permission" in done.stdout + done.stderr
    assert "docker group" in done.stdout + done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_ctrl_c_takes_everything_down_again(environment: dict[str, str], how: signal.Signals) -> None:
    starting = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while not debris(environment) and time.monotonic() < until:
        time.sleep(0.02)
    starting.send_signal(how)
    said, _ = starting.communicate(timeout=40)
    assert starting.returncode == 130, said
    assert said.splitlines()[-1] == "The sandbox is down."
    assert debris(environment) == []


def test_nothing_runs_and_reset_says_so(environment: dict[str, str]) -> None:
    assert "make up" in one_sentence(sandbox("reset", environment))
    assert sandbox("down", environment).stdout == "Nothing is running.\n"
