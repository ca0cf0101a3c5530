"""`python -m tests.fuzz`: sends broken requests to a sandbox of its own: no 5xx but 503, no hang, no traceback."""

import argparse
import queue
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from tests.faults.http import Responses
from tests.faults.ledger import Ledger
from tests.faults.load import Customer
from tests.faults.places import Local, local
from tests.faults.runner import tracebacks
from tests.fuzz.endpoints import endpoints_of
from tests.fuzz.requests import BROKEN, PLACES, Endpoint, Oddity, Sender, Sent, oddities

COUNT = 100_000
SHORT_MEMORY = {
    "WIRE_ENTRIES": "1000",
    "CLASSROOM_MOST_ENTRIES": "4000",
}  # each page of the classroom is asked for, too
SENDERS = 6
LONGEST = 5.0  # seconds that an answer may take
SOON = 0.1  # seconds after which nothing more is sent, where the server may wait for more
NEW_SESSION = 5_000  # requests after which the person signs in anew, for some of them sign her out
STATUS = re.compile(rb"(?:HTTP/1\.1 100 .*?\r\n\r\n)?HTTP/1\.[01] ((?!100)\d{3}) ", re.DOTALL)
HEAD = re.compile(STATUS.pattern + rb".*?\r\n\r\n", re.DOTALL)  # after an interim response comes the final one


@dataclass
class Findings:
    """What came back."""

    statuses: "Counter[str]" = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, sent: Sent, status: int, took: float) -> None:
        with self.lock:
            self.statuses[str(status or "closed")] += 1
            self.slowest = max(self.slowest, took)
            if (status >= 500 and status not in (501, 503)) or took > LONGEST:
                self.wrong.append(f"{status} after {took:.1f} s at {sent.party}: {sent.text[:300]!r}")


def main() -> int:
    """Read how many, send them, and say what came back."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="requests (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="for the same again")
    options = parser.parse_args()
    print(f"{options.count} requests, seed {options.seed}", flush=True)
    began, findings = time.monotonic(), Findings()
    with tempfile.TemporaryDirectory(prefix="glassbox-fuzz-") as folder, local(Path(folder), **SHORT_MEMORY) as place:
        fuzz(place, options.count, options.seed, findings)
        findings.wrong += tracebacks(place.logs())
    counts = ", ".join(f"{times} times {status}" for status, times in findings.statuses.most_common())
    print(f"{counts}; the slowest answer took {findings.slowest:.2f} s, all of them {time.monotonic() - began:.0f} s")
    print("\n".join(findings.wrong[:20]) if findings.wrong else "No 5xx but 503, nobody waited, no traceback.")
    return 1 if findings.wrong else 0


def fuzz(place: Local, count: int, number: int, findings: Findings) -> None:
    """Let some threads send what is drawn."""
    waiting: queue.Queue[Sent | None] = queue.Queue(SENDERS * 4)
    endpoints = endpoints_of(place.addresses)
    threads = [threading.Thread(target=send_all, args=(place, waiting, findings)) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        for part, begin in enumerate(range(0, count, NEW_SESSION)):
            draw(place, endpoints, min(NEW_SESSION, count - begin), number + part, waiting)
    finally:
        for _ in threads:
            waiting.put(None)
        for thread in threads:
            thread.join()


def draw(place: Local, endpoints: list[Endpoint], count: int, number: int, waiting: "queue.Queue[Sent | None]") -> None:
    """Draw so many requests, of which most carry the cookies and a token of somebody who is signed in."""
    person = Customer(place, Ledger(Responses()), "carol", number)
    person.sign_in()
    person.flow()
    jars = {
        party: "; ".join(f"{name}={value}" for name, value in jar.items())
        for party, jar in person.browser.cookies.items()
    }
    sender = Sender(endpoints, jars, person.mine[0].access)
    unhurried = settings(
        max_examples=count // (PLACES + BROKEN),
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )

    @seed(number)
    @unhurried
    @given(oddities)
    def send(oddity: Oddity) -> None:
        for sent in sender.requests(oddity):
            waiting.put(sent)

    send()
    person.close()


def send_all(place: Local, waiting: "queue.Queue[Sent | None]", findings: Findings) -> None:
    while sent := waiting.get():
        port = getattr(place.addresses, f"{sent.party}_port")
        began = time.monotonic()
        status = answer_to(port, sent)
        findings.note(sent, status, time.monotonic() - began)


def answer_to(port: int, sent: Sent) -> int:
    """Send a request on a connection of its own, and return the status of what comes back; 0 where it is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=2 * LONGEST if sent.is_whole else SOON) as connection:
        head = b""
        try:
            connection.sendall(sent.text)
            while not HEAD.match(head) and (piece := connection.recv(65536)):
                head += piece
        except TimeoutError:
            return 599 if sent.is_whole else hung_up(connection)
        except OSError:
            pass  # it was refused before its end
    status = STATUS.match(head)
    return int(status[1]) if status else 0


def hung_up(connection: socket.socket) -> int:
    """Say that nothing more will come, and see whether the server lets go."""
    connection.settimeout(2 * LONGEST)
    try:
        connection.shutdown(socket.SHUT_WR)
        status = STATUS.match(connection.recv(65536))
        return int(status[1]) if status else 0
    except TimeoutError:
        return 599
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
