"""`python -m tests.faults`: breaks a sandbox of its own under load, part by part, and checks what was acknowledged.

Prints a line for each fault: how often, after how many seconds flows went on, what was lost and what happened twice,
how many answers were 503, another 5xx or none, and what a person saw. Ends with 1 where anything must not be so.
"""

import argparse
import contextlib
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults.containers import stack
from tests.faults.faults import DOCKER, LOCAL, SHORT, Fault, by_hand, disk_is_full
from tests.faults.places import Local, Place, local, small_disk
from tests.faults.runner import line, table, tracebacks, under_load
from tests.faults.ways_back import ways_back

RATE = 40.0  # tasks a second


def main() -> int:
    """Read what is wanted, do it, and say what came out."""
    options = arguments().parse_args()
    whole = DOCKER if options.runtime == "docker" else LOCAL
    faults = [fault for fault in (SHORT if options.short else whole) if options.only in fault.name]
    if options.list:
        print("\n".join(fault.name for fault in faults))
        return 0
    print(f"{options.runtime}: {options.rate:.0f} tasks a second, seed {options.seed}", flush=True)
    with sandbox(options.runtime) as (place, disk):
        wrong = list(tried(place, faults if disk else without_a_disk(faults), options))
    print("\n".join(wrong) if wrong else "Nothing was lost that was promised, and nothing happened twice.")
    return 1 if wrong else 0


def arguments() -> argparse.ArgumentParser:
    """Return what may be asked for."""
    a_seed = random.SystemRandom().randrange(10**6)
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("runtime", nargs="?", choices=["local", "docker"], default="local")
    parser.add_argument("--short", action="store_true", help="three kills and one stop")
    parser.add_argument("--only", default="", metavar="TEXT", help="faults whose name contains this")
    parser.add_argument("--rate", type=float, default=RATE, help="tasks a second (%(default)s)")
    parser.add_argument("--seed", type=int, default=a_seed, help="of the load's choices")
    parser.add_argument("--by-hand", type=float, metavar="SECONDS", help="break it yourself meanwhile, where it says")
    parser.add_argument("--list", action="store_true", help="name the faults")
    return parser


@contextlib.contextmanager
def sandbox(runtime: str) -> Iterator[tuple[Place, bool]]:
    """Run a sandbox of our own; tell also whether its disk may be filled."""
    if runtime == "docker":
        with stack() as place:
            yield place, True
        return
    with (
        tempfile.TemporaryDirectory(prefix="glassbox-faults-") as folder,
        small_disk(Path(folder)) as disk,
        local(Path(folder, "state")) as processes,
    ):
        yield processes, disk


def without_a_disk(faults: list[Fault]) -> list[Fault]:
    """Leave out what fills the disk, where that would be everybody's."""
    print("No disk is filled: only root can have a small one, and on Linux.")
    return [fault for fault in faults if fault.broken is not disk_is_full]


def tried(place: Place, faults: list[Fault], options: argparse.Namespace) -> Iterator[str]:
    """Break one thing after another; give what was wrong."""
    print(table([]), flush=True)
    with under_load(place, options.rate, options.seed) as trial:
        if options.by_hand:
            faults = [Fault("broken by hand", by_hand(options.by_hand), longest=60)]
        for fault in faults:
            row = trial.run(fault)
            print(line(row), flush=True)
            yield from (f"{row.fault}: {each}" for each in row.wrong)
        print(", ".join(f"{times} times {task}" for task, times in trial.ledger.done.most_common()))
    if isinstance(place, Local) and not (options.short or options.only or options.by_hand):
        for what, took, problem in ways_back(place):
            print(f"{what:<40}{took:>11.1f} s  {problem or 'as it should be'}", flush=True)
            yield from [f"{what}: {problem}"] if problem else []
    yield from tracebacks(place.logs())


if __name__ == "__main__":
    sys.exit(main())
