"""What goes wrong on people's machines ends in one clear sentence, and leaves nothing behind."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
import redis

from sandbox import doctor
from sandbox.acl import ADMIN
from sandbox.settings import ROOT
from tests.support.ports import free_port

PORTS = ("AUTH", "BANK", "BUDGET", "BALANCE", "CLASSROOM", "LABS", "CAFE")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give a sandbox of our own, on ports that nobody else listens on, without a Docker engine."""
    ports = {f"SANDBOX_{name}_PORT": str(free_port()) for name in PORTS}
    own = {"SANDBOX_STATE": str(tmp_path / "state"), "RUNTIME": "local", "SANDBOX_HOSTS": "names"}
    return os.environ | ports | own


def sandbox(command: str, environment: dict[str, str], **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", command],
        cwd=ROOT,
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=300,
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


@pytest.mark.parametrize(("name", "title"), [("BANK", "Bank API"), ("CAFE", "Café")])
def test_a_port_in_use_is_named_with_the_process_that_has_it(
    environment: dict[str, str], name: str, title: str
) -> None:
    port = environment[f"SANDBOX_{name}_PORT"]
    with socket.create_server(("127.0.0.1", int(port))):
        told = one_sentence(sandbox("up", environment))
    assert f"Port {port} ({title}) is in use by" in told
    assert f"(process {os.getpid()})" in told
    assert f"SANDBOX_{name}_PORT=" in told
    assert debris(environment) == []


def test_a_state_folder_that_cannot_be_made_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = one_sentence(sandbox("up", environment, SANDBOX_STATE=str(tmp_path / "file" / "state")))
    assert str(tmp_path / "file") in told
    assert "SANDBOX_STATE" in told


def test_what_stands_in_the_way_in_the_state_folder_is_named(environment: dict[str, str]) -> None:
    """As does a file of another user's, or a disk that is full."""
    state = Path(environment["SANDBOX_STATE"])
    state.mkdir()
    (state / "logs").write_text("in the way")
    assert str(state / "logs") in one_sentence(sandbox("up", environment))
    assert debris(environment) == []


def test_two_that_start_at_the_same_moment_start_once(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "sandbox", "up"]
    pipe: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, **pipe) for _ in range(2)]
    try:
        told = [each.communicate(timeout=300)[1] for each in both]
        assert sorted(each.returncode for each in both) in ([0, 1], [0, 0])  # the slower one may find the other ready
        assert "".join(told) in ("", "Another `make up` is starting the sandbox at this moment; wait for it.\n")
        assert len([line for line in debris(environment) if "supervisord" in line]) == 1
    finally:
        sandbox("down", environment)
    assert debris(environment) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_AUTH_PORT", "many"),
        ("SANDBOX_AUTH_PORT", "70000"),
        ("SANDBOX_BANK_PORT", "80"),
        ("SANDBOX_HOSTS", "elsewhere"),
        ("SANDBOX_AUTH_HOST", "auth_server.localhost"),
        ("SANDBOX_BANK_HOST", "bank.localhost:9001"),
        ("SANDBOX_LOCALHOST_ADDRESS", "::1"),
        ("RUNTIME", "vm"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(environment: dict[str, str], name: str, value: str) -> None:
    told = one_sentence(sandbox("up", environment, **{name: value}))
    assert name.removeprefix("SANDBOX_").lower() in told.lower()


@pytest.mark.parametrize("hosts", ["names", "localhost"])
@pytest.mark.parametrize(("status", "starts"), [(0, "containers"), (1, "local processes")])
def test_where_an_engine_answers_it_is_taken(
    environment: dict[str, str], tmp_path: Path, hosts: str, status: int, starts: str
) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f"#!/bin/sh\nexit {status}\n")
    docker.chmod(0o755)
    done = sandbox("doctor", environment, RUNTIME="", SANDBOX_HOSTS=hosts, PATH=str(docker.parent))
    assert f"`make up` starts {starts}." in done.stdout


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


@pytest.mark.parametrize(
    ("here", "told"), [("firefox", "A browser is here: firefox."), ("none", "install Chromium or Firefox")]
)
def test_the_doctor_looks_for_a_browser(environment: dict[str, str], tmp_path: Path, here: str, told: str) -> None:
    program = tmp_path / "bin" / here
    program.parent.mkdir()
    program.touch(mode=0o755)
    done = sandbox("doctor", environment, PATH=str(program.parent), HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert told in done.stdout
    assert "have no Chromium; `make browser` gets one" in done.stdout


def test_the_doctor_names_the_browser_of_the_tests(environment: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    done = sandbox("doctor", environment, CHROMIUM=str(program))
    assert f"The tests, and the labs outside of Docker, use {program}." in done.stdout


@pytest.mark.parametrize(
    ("ahead", "well", "told"), [(0, True, "Bank ID agrees"), (90, False, "ahead of"), (-90, False, "behind")]
)
def test_the_doctor_compares_clocks(monkeypatch: pytest.MonkeyPatch, ahead: int, well: bool, told: str) -> None:
    class Late(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return formatdate(time.time() + ahead, usegmt=True)

    with HTTPServer(("127.0.0.1", 0), Late) as bank_id:
        monkeypatch.setenv("SANDBOX_AUTH_PORT", str(bank_id.server_port))
        threading.Thread(target=bank_id.handle_request).start()
        found, text = doctor.clock()
    assert found is well
    assert told in text


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_ctrl_c_takes_everything_down_again(environment: dict[str, str], how: signal.Signals) -> None:
    starting = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while not debris(environment) and time.monotonic() < until:
        time.sleep(0.02)
    starting.send_signal(how)
    said, _ = starting.communicate(timeout=300)
    assert starting.returncode == 130, said
    assert said.splitlines()[-1] == "The sandbox is down."
    assert debris(environment) == []


def test_nothing_runs_and_reset_says_so(environment: dict[str, str]) -> None:
    assert "make up" in one_sentence(sandbox("reset", environment))
    assert sandbox("down", environment).stdout == "Nothing is running.\n"


def stored(environment: dict[str, str]) -> redis.Redis:
    """Return the running sandbox's Valkey, as its administrator sees it."""
    state = Path(environment["SANDBOX_STATE"])
    password = (state / "secrets" / "redis" / "admin_redis_password").read_text()
    return redis.Redis(unix_socket_path=str(state / "redis.sock"), username=ADMIN, password=password)


def seconds_of_a_reset(environment: dict[str, str]) -> float:
    said = sandbox("reset", environment).stdout
    took = re.search(r"after ([\d.]+) s\.\n$", said)
    assert took, said
    return float(took.group(1))


def test_a_second_up_changes_nothing_and_a_restart_keeps_everything(environment: dict[str, str]) -> None:
    """What was stored is there after `down` and `up`, and gone after `reset`, which takes less than two seconds."""
    try:
        assert sandbox("up", environment).returncode == 0
        stored(environment).set("auth:session:somebody", "signed in")
        again = sandbox("up", environment)
        assert again.returncode == 0 and again.stdout.startswith("The sandbox is running already")
        moved = environment | {"SANDBOX_BUDGET_PORT": environment["SANDBOX_CAFE_PORT"], "SANDBOX_CAFE_PORT": "9999"}
        assert "`make down` first" in one_sentence(sandbox("up", moved))
        assert sandbox("down", environment).stdout == "The sandbox is down.\n"
        assert debris(environment) == []
        assert sandbox("up", environment).returncode == 0
        assert stored(environment).get("auth:session:somebody") == b"signed in"
        assert any(seconds_of_a_reset(environment) < 2 for _ in range(3))  # whatever else the machine does
        assert not stored(environment).exists("auth:session:somebody") and stored(environment).exists("auth:seeded")
        assert "other hosts or ports" in sandbox("reset", moved).stdout  # and those that run were asked
        assert stored(environment).exists("auth:seeded") and stored(environment).exists("bank:accounts")
    finally:
        sandbox("down", environment)


def test_the_doctor_looks_at_the_ports_of_containers_too(environment: dict[str, str], tmp_path: Path) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text("#!/bin/sh\nexit 0\n")
    docker.chmod(0o755)
    with socket.create_server(("127.0.0.1", int(environment["SANDBOX_AUTH_PORT"]))):
        done = sandbox("doctor", environment, RUNTIME="docker", PATH=str(docker.parent))
    assert done.returncode == 1
    assert re.search(rf"BAD +Port {environment['SANDBOX_AUTH_PORT']} \(Bank ID\) is in use", done.stdout)


def test_an_engine_that_does_not_let_us_in_is_not_passed_over_in_silence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Without being told to use Docker, `make up` does without, and says why."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text('#!/bin/sh\n[ "$1" = compose ] && exit 0\necho "permission denied" >&2\nexit 1\n')
    docker.chmod(0o755)
    with socket.create_server(("127.0.0.1", int(environment["SANDBOX_AUTH_PORT"]))):
        done = sandbox("up", environment, RUNTIME="", PATH=f"{docker.parent}:{os.environ['PATH']}")
    assert "docker group" in done.stdout
    assert "is in use" in one_sentence(done)


def test_the_doctor_looks_for_the_names_that_are_set(environment: dict[str, str]) -> None:
    done = sandbox("doctor", environment, SANDBOX_BANK_HOST="bank.nowhere.invalid")
    assert done.returncode == 1
    assert "BAD  bank.nowhere.invalid is not known to the system" in done.stdout
