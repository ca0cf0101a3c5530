"""`python -m bench.recorder`: what recording costs, and what it costs those who need no Redis when Redis is stopped.

Two sandboxes stand side by side, one of which does not record, and take turns: rates of different runs say nothing. In
the stopped one Redis takes connections and does not answer, which is worse than a Redis that is away.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

from bench.__main__ import CLIENTS, PROCESSES, sandbox
from bench.clients import SECONDS, Alice, Place, load
from bench.processes import processes

ROUNDS = 5
PAGES = ("/", "/js/main.js")  # of Balance's host, which has no key in Redis


def main() -> None:
    """Print the rate of flows with the recorder and without, and of pages while Redis runs and while it is stopped."""
    with tempfile.TemporaryDirectory(prefix="glassbox-bench-") as folder, recording(Path(folder, "on"), "1") as on:
        with recording(Path(folder, "off"), "0") as off:
            flows(on, off)
        pages(on)


@contextmanager
def recording(state: Path, record: str) -> Iterator[Place]:
    """Run a sandbox that records or not; what runs already keeps its own environment."""
    before = dict(os.environ)
    os.environ["WIRE_RECORD"] = record
    try:
        with sandbox(state) as place:
            yield place
    finally:
        os.environ.clear()
        os.environ.update(before)


def flows(on: Place, off: Place) -> None:
    """Take turns, and print the median of the rounds' ratios."""
    rates: dict[str, list[float]] = {"on": [], "off": []}
    with get_context("spawn").Pool(PROCESSES) as pool:
        for _ in range(ROUNDS):
            for name, place in (("on", on), ("off", off)):
                arguments = [(place, "full flow", CLIENTS // PROCESSES, time.time() + 0.8)] * PROCESSES
                rates[name].append(sum(pool.starmap(load, arguments)) / SECONDS)
    ratio = median(with_it / without for with_it, without in zip(rates["on"], rates["off"], strict=True))
    print(
        f"flows a second: {median(rates['on']):.0f} with the recorder, {median(rates['off']):.0f} without; "
        f"ratio {ratio:.2f}   (0.75 is allowed, 0.80 the aim)"
    )


def pages(place: Place) -> None:
    """Load pages of Balance's host while Redis runs, while it is stopped, and when it runs again."""
    for state in ("runs", "stopped", "runs again"):
        with stopped_redis(place) if state == "stopped" else nullcontext():
            took = sorted(loaded(place))
        print(
            f"pages without a need of Redis, Redis {state}: {len(took) / SECONDS / ROUNDS:.0f} a second, "
            f"median {median(took):.1f} ms, p95 {quantiles(took, n=20)[-1]:.1f} ms, longest {took[-1]:.0f} ms"
        )


@contextmanager
def stopped_redis(place: Place) -> Iterator[None]:
    """Let Redis take connections, and answer nothing."""
    every = processes(place.state)["Valkey"]
    for process in every:
        process.suspend()
    try:
        yield
    finally:
        for process in every:
            process.resume()


def loaded(place: Place) -> list[float]:
    """Return how long each page took one client, one after the other, in milliseconds."""
    client, took = Alice(place), list[float]()
    end = time.perf_counter() + SECONDS * ROUNDS
    while (began := time.perf_counter()) < end:
        response, _ = client.ask("balance", "GET", PAGES[len(took) % len(PAGES)])
        if response.status != 200:
            raise RuntimeError(f"Balance's host answered {response.status}")
        took.append((time.perf_counter() - began) * 1000)
    return took


if __name__ == "__main__":
    main()
