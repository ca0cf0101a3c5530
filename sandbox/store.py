"""What is wrong with the store, as its own log tells it, and how to begin with an empty one."""

import re
import shutil
from pathlib import Path

from sandbox import supervisor
from sandbox.settings import STATE

OUR_BEGIN = "The sandbox is starting.\n"
BEGIN = re.compile(r".*oO0OoO0OoO0Oo.*\n")
READY = "Ready to accept connections"
# Valkey's words and Redis'. The end of a log that was cut off in the middle of a command is no fault: it is dropped.
BROKEN = re.compile(
    r"(?:Bad file format|Unknown command '[^'\n]*'|Unexpected end of file|Error) reading the append only file:?"
    r"(?: (?P<file>[\w.]+\w))?|Unrecoverable error reading|Invalid AOF manifest file format|Fatal error loading the DB"
)
CHECKERS = ("valkey-check-aof", "redis-check-aof")
LEAST_SPACE = 16 * 2**20  # bytes


def cause_in(log: str, data: Path | None = None) -> str | None:
    """Return why the store did not start the last time, in one sentence that ends with the command, or None."""
    *_, before, last = ["", *BEGIN.split(log.rpartition(OUR_BEGIN)[2])]
    broken = BROKEN.search(last) or (READY not in last and BROKEN.search(before))  # it may be trying at this moment
    if not broken:
        return None
    return f"What the store has written to disk is broken ({broken[0]}); {remedy(data, broken['file'])}."


def remedy(data: Path | None, file: str | None) -> str:
    """Return what to do about a log of changes that cannot be read; `data` is its folder, where we can reach it."""
    checker = next((program for name in CHECKERS if (program := shutil.which(name))), None)
    path = data / "appendonlydir" / str(file) if data else None
    if checker and path and path.exists():  # not the manifest: its base, in Valkey's format, would be taken for broken
        return f"`{checker} --fix {path}` keeps what was written before, `make reset` forgets everything"
    return "`make reset` forgets everything and begins anew"


def why_it_does_not_start() -> str | None:
    """Return what keeps Valkey from starting, None where nothing is known."""
    return cause_in(log_of("redis"), supervisor.DATA)


def log_of(name: str) -> str:
    """Return what a part has logged, nothing where there is no log."""
    try:
        return (supervisor.LOGS / f"{name}.log").read_text(errors="replace")
    except OSError:
        return ""


def begin_log() -> None:
    """Draw a line under what Valkey has logged so far: the reason of an earlier start is none of this one's."""
    with (supervisor.LOGS / "redis.log").open("a") as log:
        log.write(OUR_BEGIN)


def is_full(folder: Path = STATE) -> bool:
    """Whether there is hardly any room left for records."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free < LEAST_SPACE


def forget() -> None:
    """Delete what Valkey has stored, and its account of why it did not start; nothing may run."""
    shutil.rmtree(supervisor.DATA, ignore_errors=True)
    (supervisor.LOGS / "redis.log").unlink(missing_ok=True)
