"""`python -m bench [memory]`: how fast, next to a bare Flask app, and how much memory; a minute at most.

A flow is two requests, so where all time is the server's, two requests that do nothing come out at 0.5 at best.
Everything of the sandbox runs meanwhile; `WIRE_RECORD=0 python -m bench` measures it without recording.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from bench.clients import SECONDS, TASKS, Alice, Place, load
from bench.processes import cpu_seconds, mebibytes, processes
from sandbox.parties import PARTIES, PORTS
from sandbox.settings import ROOT
from sandbox.supervisor import serve
from wire.addresses import Addresses

CLIENTS, PROCESSES, ROUNDS, CPU_TASKS = 8, 2, 3, 500
YARDSTICK = next(iter(TASKS))


def main() -> None:
    """Start a sandbox and the yardstick on free ports, put load on them, and print what came out."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["everything", "memory"], default="everything")
    what = parser.parse_args().what
    with tempfile.TemporaryDirectory(prefix="glassbox-bench-") as folder, sandbox(Path(folder)) as place:
        memory(place)
        if what == "everything":
            with yardstick(place):
                speed(place)


@contextmanager
def sandbox(state: Path) -> Iterator[Place]:
    """Run the sandbox as `make up` does, with its own state and ports."""
    ports = {f"{name}_port": free_port() for name in PORTS}
    own = {f"SANDBOX_{name.upper()}": str(number) for name, number in ports.items()}
    environment = os.environ | own | {"SANDBOX_HOSTS": "names", "SANDBOX_STATE": str(state), "RUNTIME": "local"}

    def command(name: str) -> None:
        answer = subprocess.run(
            [sys.executable, "-m", "sandbox", name],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            sys.exit(answer.stdout + answer.stderr)

    try:
        command("up")
        yield Place(Addresses(**ports), state, free_port())  # type: ignore[arg-type]  # only ports
    finally:
        command("down")


@contextmanager
def yardstick(place: Place) -> Iterator[None]:
    """Run the bare app on the same Redis, served as the parties are."""
    password = (place.state / "secrets" / "budget" / "budget_redis_password").read_text()
    url = f"unix://budget:{password}@{place.state / 'redis.sock'}"
    server = subprocess.Popen(
        serve("bench.bare", place.bare_port),
        cwd=ROOT,
        env=os.environ | {"BENCH_REDIS_URL": url},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(place.bare_port)
        yield
    finally:
        server.terminate()
        server.wait(10)


def memory(place: Place) -> None:
    """Print the memory of every process of the sandbox after ten flows (PSS: shared pages are divided)."""
    alice = Alice(place)
    alice.sign_in()
    for _ in range(10):
        alice.flow()
        alice.read_balance()
    for party in PARTIES:
        alice.ask(party.name, "GET", "/")
    print(f"\n{'memory after ten flows':<34} MiB")
    sizes = {name: sum(map(mebibytes, every)) for name, every in processes(place.state).items()}
    for name, size in (*sizes.items(), ("everything", sum(sizes.values()))):
        print(f"  {name:<32}{size:>6.0f}{'   (350 are allowed)' if name == 'everything' else ''}")


def speed(place: Place) -> None:
    """Print how often each task is done in a second: the median of some rounds, in which the tasks take turns."""
    rates: dict[str, list[float]] = {task: [] for task in TASKS}
    with get_context("spawn").Pool(PROCESSES) as pool:
        for task in list(TASKS) * ROUNDS:
            arguments = [(place, task, CLIENTS // PROCESSES, time.time() + 0.8)] * PROCESSES
            rates[task].append(sum(pool.starmap(load, arguments)) / SECONDS)
    print(f"\n{f'{CLIENTS} clients, one worker a party':<34}{'a second':>9}{'ratio':>8}   µs of CPU each")
    for task, measured in rates.items():
        where = ", ".join(f"{name} {spent:.0f}" for name, spent in cpu_of(place, task).items())
        print(f"  {task:<32}{median(measured):>9.0f}{median(map(ratio, measured, rates[YARDSTICK])):>8.2f}   {where}")


def cpu_of(place: Place, task: str) -> dict[str, float]:
    """Return the microseconds of CPU that a task costs at each process, asked by one client: neighbours matter less."""
    alice = Alice(place)
    alice.sign_in()
    before = cpu_seconds(place.state)
    for _ in range(CPU_TASKS):
        TASKS[task](alice)
    after = cpu_seconds(place.state)
    spent = {name: (after[name] - before[name]) / CPU_TASKS * 1e6 for name in after}
    return {name: each for name, each in spent.items() if each > 10}


def ratio(rate: float, bare: float) -> float:
    return rate / bare


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody answers on the port, ten seconds at most."""
    for _ in range(100):
        try:
            urlopen(f"http://127.0.0.1:{port}/").close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the yardstick did not start")


if __name__ == "__main__":
    main()
