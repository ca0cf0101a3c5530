"""`python -m sandbox up|down|reset|logs|doctor`, which the Makefile calls."""

import argparse
import os
import signal
import sys
import time
from types import ModuleType
from typing import NoReturn

from pydantic import ValidationError

from sandbox import compose, local
from sandbox.doctor import doctor
from sandbox.settings import STATE, Trouble, complain, make_state_folder, say, speak_of, welcome

NOTE = STATE / "runtime"  # which of the two was started last


def runtime_to_start() -> str:
    """Return the runtime that `RUNTIME` forces, else Docker where an engine lets us in."""
    forced = os.environ.get("RUNTIME", "")
    if forced not in ("", "docker", "local"):
        raise Trouble(f"RUNTIME is docker or local, not {forced!r}.")
    if forced:
        return forced
    why = compose.problem()
    if why and "permission" in why:  # an engine is there, and somebody may wonder why it is not used
        say(f"{why}. Until then:")
    return "local" if why else "docker"


def runtime_started() -> str:
    """Return the runtime that runs: what was started is what to stop."""
    if local.running():
        return "local"
    return os.environ.get("RUNTIME") or (NOTE.read_text() if NOTE.exists() else runtime_to_start())


def module(runtime: str) -> ModuleType:
    """Return the code of one runtime; both have the same functions."""
    return compose if runtime == "docker" else local


def up() -> None:
    """Start, wait, and tell where the front doors are."""
    runtime = runtime_to_start()
    if runtime == "docker" and local.running():
        raise Trouble("The sandbox runs already, as local processes; `make down` first.")
    make_state_folder()
    NOTE.write_text(runtime)
    module(runtime).up()
    say(welcome())


def run(command: str) -> int:
    """Run one command and return the exit status."""
    if command == "up":
        up()
        return 0
    runtime = runtime_started()
    if command in ("reset", "doctor") and (running := module(runtime).started_under()):
        speak_of(running)
    if command == "doctor":
        return 0 if doctor(runtime) else 1
    began = time.monotonic()
    getattr(module(runtime), command)()
    if command == "reset":
        say(f"Everything is as it was at the first start, after {time.monotonic() - began:.1f} s.")
    return 0


def interrupt(*_: object) -> NoReturn:
    """Treat a polite request to end as Ctrl-C, which cleans up."""
    raise KeyboardInterrupt


def main() -> int:
    """Read the command line, and turn trouble into one sentence."""
    parser = argparse.ArgumentParser(prog="sandbox", description="An OAuth 2 sandbox you can see through.")
    parser.add_argument("command", choices=["up", "down", "reset", "logs", "doctor"])
    command = parser.parse_args().command
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return run(command)
    except Trouble as trouble:
        complain(str(trouble))
    except ValidationError as problem:
        complain(f"A setting cannot be used: {problem.errors()[0]['loc'][0]}: {problem.errors()[0]['msg']}.")
    except OSError as problem:
        complain(f"{problem.filename or 'This machine'}: {problem.strerror or problem}.")
    except KeyboardInterrupt:
        return 0 if command == "logs" else 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
