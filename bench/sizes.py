"""`python -m bench.sizes [messages ...]`: memory, keys and open files at 0, 100,000 and 200,000 messages; minutes."""

import sys
import tempfile
import time
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

import redis

from bench.__main__ import CLIENTS, PROCESSES, sandbox
from bench.clients import SECONDS, Place, load
from bench.processes import mebibytes, processes

STAGES = (0, 100_000, 200_000)
MESSAGES = {"full flow": 4, "refresh": 2, "introspection": 2, "bank request": 4}  # of one task: two of each exchange


def main() -> None:
    """Put load on a sandbox of its own, and print a table at each stage."""
    stages = [int(word) for word in sys.argv[1:]] or STAGES
    with (
        tempfile.TemporaryDirectory(prefix="glassbox-bench-") as folder,
        sandbox(Path(folder)) as place,
        get_context("spawn").Pool(PROCESSES) as pool,
    ):
        sent = 0
        for stage in stages:
            while sent < stage:
                sent += sum(one_round(pool, place, task) * each for task, each in MESSAGES.items())
            time.sleep(SECONDS)  # what reads the wire catches up
            print(table(place, sent), flush=True)


def one_round(pool: Pool, place: Place, task: str) -> int:
    """Do one thing for a while, and return how often it was done."""
    arguments = [(place, task, CLIENTS // PROCESSES, time.time() + 0.3)] * PROCESSES
    return sum(pool.starmap(load, arguments))


def table(place: Place, sent: int) -> str:
    """Return what each process holds, and what the store does."""
    lines = [f"\n{f'{sent:,} messages':<34}{'MiB':>6}{'open files':>12}"]
    for name, every in processes(place.state).items():
        files = sum(process.num_fds() for process in every)
        lines.append(f"  {name:<32}{sum(map(mebibytes, every)):>6.0f}{files:>12}")
    stored = sum(path.stat().st_size for path in (place.state / "redis").rglob("*") if path.is_file())
    return "\n".join(
        [*lines, f"  {keys(place):,} keys in the store, {stored / 2**20:.0f} MiB of them and the wire on disk"]
    )


def keys(place: Place) -> int:
    """Return how many keys the store has."""
    password = (place.state / "secrets" / "redis" / "admin_redis_password").read_text()
    socket = str(place.state / "redis.sock")
    with redis.Redis(unix_socket_path=socket, username="admin", password=password) as administrator:
        return int(administrator.dbsize())


if __name__ == "__main__":
    main()
