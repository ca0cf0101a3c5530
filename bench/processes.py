"""The processes of the sandbox and of the yardstick: how much memory and CPU time each of them takes."""

from pathlib import Path

import psutil

from sandbox.parties import PARTIES

YARDSTICK = "bare Flask"


def processes(state: Path) -> dict[str, list[psutil.Process]]:
    """Return every process by what it runs; the workers of a server are its children."""
    root = psutil.Process(int((state / "supervisord.pid").read_text()))
    own = [child for child in psutil.Process().children() if role(child) == YARDSTICK]
    return {"supervisor": [root]} | {role(top): family(top) for top in (*root.children(), *own)}


def family(top: psutil.Process) -> list[psutil.Process]:
    return [top, *top.children(recursive=True)]


def role(process: psutil.Process) -> str:
    """Name a process by what it runs."""
    words = " ".join(process.cmdline())
    if "bench.bare" in words:
        return YARDSTICK
    return next((party.title for party in PARTIES if party.package in words), "Valkey")


def mebibytes(process: psutil.Process) -> float:
    """Return a process's share of memory; where the system does not tell, what is its own alone."""
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", memory.uss)) / 2**20


def cpu_seconds(state: Path) -> dict[str, float]:
    """Return the CPU time that each has taken so far."""
    return {name: sum(map(taken, every)) for name, every in processes(state).items()}


def taken(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
