"""Puts the load on, breaks one thing after another, and says after each what was lost and how long it took."""

import contextlib
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.faults.checker import Checker
from tests.faults.faults import Fault, PromiseBroken
from tests.faults.http import Responses
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.faults.places import Place, until

WARM, AFTER = 0.4, 0.3  # seconds of load before each fault, and after flows go on
GIVEN_UP = 60.0  # seconds
CUSTOMERS = 6
TRACEBACK = re.compile(r"^Traceback .*?^(\w[^\n]*)$", re.DOTALL | re.MULTILINE)


@dataclass
class Row:
    """What one kind of fault has come to."""

    fault: str
    times: int = 0
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    promises: list[str] = field(default_factory=list)
    responses: Responses = field(default_factory=Responses)
    may_cost: tuple[str, ...] = ()

    @property
    def wrong(self) -> list[str]:
        """Return what must not be: a 5xx is a 503 that says when to come again, or an answer is missing."""
        others = [f"{times} times {status}" for status, times in self.responses.errors().items() if status != 503]
        endless = [f"503 without Retry-After at {where}" for where in self.responses.endless]
        lost = [each for each in self.lost if not each.startswith(self.may_cost)] if self.may_cost else self.lost
        return [*lost, *self.twice, *self.promises, *others, *endless]


class Trial:
    """One sandbox under load."""

    def __init__(self, place: Place, rate: float, seed: int, customers: int = CUSTOMERS) -> None:
        self.place, self.ledger = place, Ledger()
        self.load = Load(place, self.ledger, rate, customers, seed)
        self.load.start()
        self.checker = Checker(self.ledger, self.load.customers)
        self.load.go_on()

    def run(self, fault: Fault) -> Row:
        """Break one thing as often as it says."""
        row = Row(fault.name, may_cost=fault.may_cost)
        for _ in range(fault.times):
            self.ledger.responses.forget()
            self.once(fault, row)
            row.responses.take(self.ledger.responses)
        return row

    def once(self, fault: Fault, row: Row) -> None:
        """Break it, wait until a flow has gone through, and hold what was acknowledged against what is there."""
        time.sleep(WARM)
        try:
            with fault.broken(self.place):
                pass
        except PromiseBroken as problem:
            row.promises.append(str(problem))
        ended = time.monotonic()
        went_on = until(lambda: self.ledger.first_flow_since(ended) is not None, GIVEN_UP)
        took = self.ledger.first_flow_since(ended) if went_on else None
        row.times += 1
        row.seconds.append(GIVEN_UP if took is None else took)
        if took is None or took > fault.longest:
            row.promises.append(f"flows went on after {row.seconds[-1]:.1f} s")
        time.sleep(AFTER)
        self.check(row)

    def check(self, row: Row) -> None:
        """Look while nobody does anything, and take over what was found."""
        ledger = self.ledger
        self.load.rest()
        self.checker.check()
        for new, kept in ((ledger.lost, row.lost), (ledger.twice, row.twice), (ledger.broken_promises, row.promises)):
            kept.extend(new)
            new.clear()
        self.load.go_on()


@contextlib.contextmanager
def under_load(place: Place, rate: float, seed: int, customers: int = CUSTOMERS) -> Iterator[Trial]:
    """Put a sandbox under load, and take the load away at the end."""
    trial = Trial(place, rate, seed, customers)
    try:
        yield trial
    finally:
        trial.load.stop()


def tracebacks(logs: Mapping[str, str]) -> list[str]:
    """Return what ended each traceback in the logs, each once."""
    ends = Counter((name, end) for name, log in logs.items() for end in TRACEBACK.findall(log))
    return [f"{times} tracebacks in {name}: {end[:200]}" for (name, end), times in ends.items()]


def table(rows: Iterable[Row]) -> str:
    """Return what came out: one line for each kind of fault."""
    counts = "".join(f"{name:>6}" for name in ("lost", "twice", "503", "5xx", "none"))
    head = f"{'fault':<34}{'times':>6}{'flows after (s)':>17}{counts}  a person sees"
    return "\n".join([head, *map(line, rows)])


def line(row: Row) -> str:
    errors, none = row.responses.errors(), sum(n for (_, status), n in row.responses.statuses.items() if status == 0)
    others = sum(errors.values()) - errors[503]
    seconds = f"{min(row.seconds):.1f} to {max(row.seconds):.1f}" if row.seconds else ""
    pages = ", ".join(page for page, _ in Counter(row.responses.pages).most_common(2)) or "no error page"
    counts = f"{len(row.lost):>6}{len(row.twice):>6}{errors[503]:>6}{others:>5}{none:>6}"
    pages += "; ".join(
        ["", *(f"may be lost here: {each}" for each in row.lost if each.startswith(row.may_cost or "-"))]
    )
    return f"{row.fault:<34}{row.times:>6}{seconds:>17}{counts}  {pages}"
