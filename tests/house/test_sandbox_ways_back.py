"""After a fault there is a way back by commands: what is known about processes and the store, without starting any."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from sandbox import local, ours, store, supervisor
from sandbox.settings import ROOT, STATE, Trouble

START = "1:C 01 Dec 2026 01:15:08.484 * oO0OoO0OoO0Oo Valkey is starting oO0OoO0OoO0Oo\n"
FORMAT = "1:M 01 Dec 2026 # Bad file format reading the append only file appendonly.aof.1.incr.aof: make a backup of\n"
READY = "1:M 01 Dec 2026 * Ready to accept connections unix\n"
CUT_OFF = "1:M 01 Dec 2026 # !!! Warning: short read while loading the AOF file appendonly.aof.1.incr.aof!!!\n"
BECOMES = [sys.executable, "-m", "sandbox.alone"]
WAITS = [sys.executable, "-c", "print(flush=True); input()"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a state folder in which nothing is stored, in the place of one that may be in use."""
    monkeypatch.setattr(supervisor, "DATA", tmp_path / "redis")
    monkeypatch.setattr(supervisor, "LOGS", tmp_path)
    monkeypatch.setattr(supervisor, "PIDFILE", tmp_path / "supervisord.pid")
    monkeypatch.setattr(supervisor, "CONFIG", tmp_path / "supervisord.conf")
    monkeypatch.setattr(ours, "STATE", tmp_path)
    return tmp_path / "redis"


@contextmanager
def waiting(command: list[str], **environment: str) -> Iterator[psutil.Process]:
    """Run a program until it stands where it waits for a line."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == b"\n"
        yield psutil.Process(process.pid)
        process.communicate(b"\n", timeout=10)


def test_a_second_store_never_starts_on_the_same_records(tmp_path: Path) -> None:
    lock = str(tmp_path / "lock")
    with waiting([*BECOMES, lock, *WAITS]):
        second = subprocess.run([*BECOMES, lock, *WAITS], cwd=ROOT, capture_output=True, text=True, check=False)
        assert second.returncode == 1 and "`make down` ends it" in second.stderr
    with waiting([*BECOMES, lock, *WAITS]):
        pass  # the lock has ended with its process


def test_what_was_started_for_this_state_folder_is_ours() -> None:
    """And a shell, or an editor, that knows the folder is not."""
    with waiting(WAITS, **{supervisor.MARK: str(STATE)}) as process:
        assert ours.is_ours(process)
    with waiting(WAITS, SANDBOX_STATE=str(STATE)) as process:
        assert not ours.is_ours(process)
    with waiting([*WAITS, str(supervisor.CONFIG)], **{supervisor.MARK: "/elsewhere"}) as process:
        assert not ours.is_ours(process)


def test_a_broken_log_of_changes_is_named_with_the_command(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.cause_in(START + CUT_OFF) is None  # the end of a command that was cut off is dropped
    assert store.cause_in(START + FORMAT + START + READY) is None  # an earlier start's
    assert store.cause_in(START + FORMAT + store.OUR_BEGIN + START) is None
    assert store.cause_in(START + FORMAT + START)  # it tries again at this moment
    cause = store.cause_in(START + FORMAT)
    assert cause and "appendonly.aof.1.incr.aof" in cause and "`make reset`" in cause
    (data / "appendonlydir").mkdir(parents=True)
    broken = data / "appendonlydir" / "appendonly.aof.1.incr.aof"
    broken.touch()
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert f"`/usr/bin/valkey-check-aof --fix {broken}`" in str(store.cause_in(START + FORMAT, data))


def test_reset_works_while_nothing_runs(data: Path) -> None:
    with pytest.raises(Trouble, match="`make up`"):
        local.reset()
    (data / "appendonlydir").mkdir(parents=True)
    (data.parent / "redis.log").write_text(START + FORMAT)
    assert store.why_it_does_not_start()
    local.reset()
    assert not data.exists() and store.why_it_does_not_start() is None


def test_a_part_that_dies_at_once_is_told_of_and_tried_again() -> None:
    dies = "INFO spawned: 'auth' with pid 1\nWARN exited: auth (exit status 1; not expected)\n"
    runs = "INFO spawned: 'auth' with pid 1\nINFO success: auth entered RUNNING state\n"
    assert [local.deaths_in_a_row(events, "auth") for events in (dies * 3, dies * 3 + runs, runs + dies)] == [3, 0, 1]
    assert supervisor.TRIES > 10_000 and f"startretries = {supervisor.TRIES}" in supervisor.program("auth", [], {}, 1)
