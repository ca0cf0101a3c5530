"""The sandbox as local processes: the same ports, names and walls as in Docker, without an engine."""

import contextlib
import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from sandbox import ours, store, supervisor
from sandbox.acl import ADMIN
from sandbox.functions import load_functions
from sandbox.parties import PARTIES, PORTS, Part
from sandbox.ports import port_is_free
from sandbox.ready import wait_until_ready
from sandbox.secrets import make_secrets
from sandbox.settings import ROOT, STATE, Trouble, say
from wire.addresses import Addresses

PATIENCE = 10.0  # seconds until supervisor has written down which process it is, and Valkey answers
MOST_DEATHS = 3  # of one part, before whoever waits for it is told; after pauses of one and two seconds


def up() -> None:
    """Start all parts and wait for them, one `make up` at a time."""
    with alone():
        start_and_wait()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let nobody else start at the same moment: two servers would write to one log of changes."""
    with (STATE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # it ends with the process, whatever happens
        except BlockingIOError:
            raise Trouble("Another `make up` is starting the sandbox at this moment; wait for it.") from None
        yield


def start_and_wait() -> None:
    """Whatever comes in between takes everything down again."""
    if ours.watcher():
        if supervisor.ADDRESSES.read_text() != Addresses().model_dump_json():
            raise Trouble("The sandbox is running already, under other hosts or ports; `make down` first.")
        say("The sandbox is running already, as local processes.")
        wait_until_ready(has_failed)
        return
    if left := ours.left_behind():  # a second store would write to the same log of changes
        say("Parts of the sandbox run without supervisor, which was killed; they are ended first.")
        ours.end(left, left)
    for name in PORTS:
        port_is_free(name)
    say("Starting the sandbox as local processes …")
    make_secrets(supervisor.SECRETS)
    supervisor.write_config()
    (STATE / "supervisord.log").unlink(missing_ok=True)  # has_failed reads only what is about this start
    store.begin_log()
    try:
        start()
        give_functions()
        wait_until_ready(has_failed)
    except BaseException:  # Ctrl-C too
        down()
        raise


def start() -> None:
    """Start supervisor, which puts itself in the background, and wait until it can be found there."""
    command = [sys.executable, "-m", supervisor.MODULE, "-c", str(supervisor.CONFIG)]
    with interrupted_afterwards():
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, start_new_session=True)
        if answer.returncode:
            raise Trouble(f"supervisor did not start: {answer.stderr.strip()}")
        until = time.monotonic() + PATIENCE
        while not ours.watcher() and time.monotonic() < until:
            time.sleep(0.02)


def give_functions() -> None:
    """Load the parties' Lua as soon as Valkey answers; where it does not, waiting for the parties tells why."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not has_failed(PARTIES[0]):
        try:
            return load_functions(administrator())
        except redis.ConnectionError:
            time.sleep(0.02)


@contextlib.contextmanager
def interrupted_afterwards() -> Iterator[None]:
    """Hold Ctrl-C back, for what is half begun cannot be taken down again."""
    came: list[int] = []
    before = {number: signal.signal(number, lambda n, _: came.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def down() -> None:
    """Stop all parts, also those that nobody watches over any more; what Valkey stored stays on disk."""
    process, left = ours.watcher(), ours.left_behind()
    if not process and not left:
        say("Nothing is running.")
        return
    if process:
        ours.end([process], [process, *process.children(recursive=True)])  # it ends its own, Valkey last
    else:
        ours.end(left, left)
    say("The sandbox is down.")


def reset() -> None:
    """Empty Valkey as its administrator, then have every party plant what it begins with."""
    if not ours.watcher():
        return forget()
    try:
        administrator().flushdb()
    except redis.RedisError as problem:
        if not store.why_it_does_not_start():
            raise Trouble(f"Valkey does not do as it is told ({problem}); `make logs` may tell why.") from None
        down()  # what it has written cannot be read, and so there is nothing to lose
        store.forget()
        return up()
    wait_until_ready(has_failed)


def forget() -> None:
    """Delete what is stored while nothing runs; the parties plant what they begin with at their next start."""
    if ours.left_behind():
        down()
    if not supervisor.DATA.exists():
        raise Trouble("Nothing is running and nothing is stored; `make up` starts the sandbox.")
    store.forget()
    say("Nothing is running: what was stored is deleted. `make up` starts the sandbox.")


def administrator() -> redis.Redis:
    """Return a client for Valkey as the one who may do everything."""
    password = (supervisor.SECRETS / "redis" / "admin_redis_password").read_text()
    once = Retry(NoBackoff(), 0)  # whoever waits for Valkey looks meanwhile whether it can still come
    return redis.Redis(unix_socket_path=str(supervisor.socket_path()), username=ADMIN, password=password, retry=once)


def logs() -> None:
    """Follow every part's log, and supervisor's, which says who ended and was started again."""
    files = sorted(str(path) for path in [*supervisor.LOGS.glob("*.log"), *STATE.glob("supervisord.log")])
    if not files:
        raise Trouble("There are no logs yet; `make up` starts the sandbox.")
    subprocess.run(["tail", "-n", "20", "-F", *files], check=False)


def running() -> bool:
    """Whether anything of ours runs."""
    return bool(ours.watcher() or ours.left_behind())


def started_under() -> Addresses | None:
    """Return the addresses of the parties that run, None where none do."""
    if not running():
        return None
    try:
        return Addresses.model_validate_json(supervisor.ADDRESSES.read_text())
    except (OSError, ValueError):
        raise Trouble(
            "Nobody knows under which addresses the sandbox was started; `make down`, then `make up`."
        ) from None


def has_failed(party: Part) -> str | None:
    """Return why a part cannot start: what is known about the store, or the end of the log of one that dies at once."""
    if cause := store.why_it_does_not_start():
        return cause
    try:
        events = (STATE / "supervisord.log").read_text()
    except OSError:
        return None
    for name in ("redis", party.name):
        if deaths_in_a_row(events, name) >= MOST_DEATHS:
            return f"{name} does not start:\n" + "\n".join(store.log_of(name).splitlines()[-15:])
    return None


def deaths_in_a_row(events: str, name: str) -> int:
    """Count how often a part has ended since it last ran; supervisor tries on, but whoever waits is told."""
    return events.rpartition(f"success: {name} ")[2].count(f"exited: {name} ")
