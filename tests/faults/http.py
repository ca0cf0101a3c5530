"""What speaks to the parties under load: a connection is kept, and no answer is an answer, too."""

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from wire.addresses import Addresses, Party

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONCE = "/token"  # where a 503 without Retry-After says that nobody should ask again
CONNECT_AGAIN = "Connect again"  # which a page of Budget's says instead
NONE = 0  # the status of no answer
PATIENCE = 10.0  # seconds


@dataclass(frozen=True)
class Answer:
    """One answer, or none."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def is_certain(self) -> bool:
        """Whether it says what was done: after no answer, or a 5xx, the request may have been carried out or not."""
        return 0 < self.status < 500

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def heading(self) -> str:
        """Return what a person reads first."""
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return re.sub(r"<[^>]+>|\s+", " ", heading[1]).strip() if heading else self.text[:60]


@dataclass
class Responses:
    """What all who asked were answered, by party and status, and what people read where it was no success."""

    statuses: "Counter[tuple[str, int]]" = field(default_factory=Counter)
    pages: "Counter[str]" = field(default_factory=Counter)
    endless: "Counter[str]" = field(default_factory=Counter)  # 503 that do not say when to come again

    def forget(self) -> None:
        for counter in (self.statuses, self.pages, self.endless):
            counter.clear()

    def take(self, other: "Responses") -> None:
        """Add what others were answered."""
        self.statuses.update(other.statuses)
        self.pages.update(other.pages)
        self.endless.update(other.endless)

    def errors(self) -> "Counter[int]":
        """Count the 5xx by status."""
        errors: Counter[int] = Counter()
        for (_, status), times in self.statuses.items():
            if status >= 500:
                errors[status] += times
        return errors


@dataclass
class Browser:
    """A person's browser, or a program: its cookies and its connections."""

    addresses: Addresses
    responses: Responses
    patience: float = PATIENCE
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    connections: dict[int, HTTPConnection] = field(default_factory=dict)

    def ask(self, party: Party, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Send a request to loopback under the party's own name; nothing is ever repeated by itself."""
        own = urlsplit(self.addresses.origin(party))
        jar = self.cookies.setdefault(party, {})
        sent = {"Host": own.netloc, "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} | headers
        answer = self.send(own.port or 80, method, path, body, sent)
        for pair in answer.headers.get("set-cookie", "").split("\n"):
            name, _, value = pair.partition(";")[0].partition("=")
            jar.update({name: value} if name else {})
        self.responses.statuses[party, answer.status] += 1
        may_be_used_up = path == ONCE or CONNECT_AGAIN in answer.text
        if answer.status == 503 and "retry-after" not in answer.headers and not may_be_used_up:
            self.responses.endless[f"{party} {path.partition('?')[0]}"] += 1
        return answer

    def send(self, port: int, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        connection = self.connections.setdefault(port, HTTPConnection("127.0.0.1", port, timeout=self.patience))
        try:
            connection.request(method, path, body or None, {name: value for name, value in headers.items() if value})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except (OSError, HTTPException):
            connection.close()
            return Answer(NONE, {}, "")
        fields: dict[str, str] = {}
        for name, value in response.getheaders():
            fields[name.lower()] = f"{fields[name.lower()]}\n{value}" if name.lower() in fields else value
        return Answer(response.status, fields, text)

    def post(self, party: Party, path: str, form: Any, **headers: str) -> Answer:
        return self.ask(party, "POST", path, urlencode(form), **FORM, **headers)

    def get(self, party: Party, path: str, **headers: str) -> Answer:
        return self.ask(party, "GET", path, **headers)

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()


def until_certain(attempt: Callable[[], Answer], seconds: float, pause: float = 0.2) -> Answer:
    """Repeat a request that may be repeated until its outcome is known."""
    end = time.monotonic() + seconds
    while not (answer := attempt()).is_certain and time.monotonic() < end:
        time.sleep(pause)
    return answer
