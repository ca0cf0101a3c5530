"""What is wrong with the store, as its own log tells it, and how to begin with an empty one."""

import re
import shutil
from pathlib import Path

from sandbox import supervisor
from sandbox.settings import STATE

BEGIN = re.compile(r".*is starting.*\n")
# Valkey's words and Redis'. The end of a log that was cut off in the middle of a command is no fault: it is dropped.
BROKEN = re.compile(
    r"Bad file format reading the append only file (?P<file>[\w.]+\w)"
    r"|Unexpected end of file reading the append only file|Error reading the append only file"
    r"|Unrecoverable error reading|Invalid AOF manifest file format|Fatal error loading the DB"
)
CHECKERS = ("valkey-check-aof", "redis-check-aof")
LEAST_SPACE = 16 * 2**20  # bytes


def cause_in(log: str) -> str | None:
    """Return why the store did not start the last time, in one sentence that ends with the command, or None."""
    broken = BROKEN.search(BEGIN.split(log)[-1])
    if not broken:
        return None
    return f"What the store has written to disk is broken ({broken[0]}); {remedy(broken['file'])}."


def remedy(file: str | None) -> str:
    """Return what to do about a log of changes that cannot be read."""
    checker = next((program for name in CHECKERS if (program := shutil.which(name))), None)
    path = supervisor.DATA / "appendonlydir" / str(file)
    if checker and path.exists():  # never the whole manifest: it would take a base in Valkey's format for broken, too
        return f"`{checker} --fix {path}` keeps what was written before, `make reset` forgets everything"
    return "`make reset` forgets everything and begins anew"


def why_it_does_not_start() -> str | None:
    """Return what keeps Valkey from starting, None where nothing is known."""
    return cause_in(log_of("redis"))


def log_of(name: str) -> str:
    """Return what a part has logged, nothing where there is no log."""
    try:
        return (supervisor.LOGS / f"{name}.log").read_text(errors="replace")
    except OSError:
        return ""


def begin_log() -> None:
    """Draw a line under what Valkey has logged so far: the reason of an earlier start is none of this one's."""
    with (supervisor.LOGS / "redis.log").open("a") as log:
        log.write("The sandbox is starting.\n")


def is_full(folder: Path = STATE) -> bool:
    """Whether there is hardly any room left for records."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free < LEAST_SPACE


def forget() -> None:
    """Delete what Valkey has stored, and its account of why it did not start; nothing may run."""
    shutil.rmtree(supervisor.DATA, ignore_errors=True)
    (supervisor.LOGS / "redis.log").unlink(missing_ok=True)
