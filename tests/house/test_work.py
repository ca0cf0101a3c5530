"""How much work a request is, without a clock: what is called inside a party, and what it asks of the system."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.world import World, answered, sent_back

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_CALLS = {"flow": 4000, "refresh": 1850, "introspection": 1350}  # of functions, recording included
A_ROUND_TRIP = 3  # calls of a socket: whether the connection is still open, what is asked, what is answered
TRIPS = {"flow": 4 + 2, "refresh": 2 + 1, "introspection": 1 + 1}  # those of the store, and one of each record
OF_SOCKETS = {"sendall", "send", "recv", "recv_into", "poll", "select", "settimeout"}


class Counted:
    """Stands before a party, and counts what it calls until the last byte of its answer has left."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app, self.calls, self.of_sockets = app, 0, Counter[str]()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        sys.setprofile(self.count)
        try:
            answer: Any = self.app(environ, start_response)
            body = list(answer)
            answer.close()
        finally:
            sys.setprofile(None)
        return body

    def count(self, _: object, event: str, function: Any) -> None:
        self.calls += event in ("call", "c_call")
        if event == "c_call" and function.__name__ in OF_SOCKETS:
            self.of_sockets[function.__name__] += 1


class Busy(World):
    """A world in which Alice is signed in and remembered, and every connection is open."""

    def __init__(self, redis_url: str) -> None:
        super().__init__(redis_url)
        self.tokens: dict[str, str] = answered(self.redeem(self.code()), 200).get_json()
        self.counted = Counted(self.app.wsgi_app)
        self.app.wsgi_app = self.counted  # type: ignore[method-assign]
        for task in self.tasks().values():
            task()

    def tasks(self) -> dict[str, Callable[[], object]]:
        return {"flow": self.flow, "refresh": self.renew, "introspection": self.ask_about_it}

    def flow(self) -> None:
        self.tokens = answered(self.redeem(sent_back(self.authorize())["code"]), 200).get_json()

    def renew(self) -> None:
        self.tokens = answered(self.refresh(self.tokens["refresh_token"]), 200).get_json()

    def ask_about_it(self) -> None:
        assert self.introspect(self.tokens["access_token"])["active"] is True


@contextmanager
def counting(world: Busy, task: str) -> Iterator[Counted]:
    """Count what one task calls."""
    world.counted.calls, world.counted.of_sockets = 0, Counter()
    world.tasks()[task]()
    yield world.counted


@pytest.mark.parametrize("task", MOST_CALLS)
def test_a_request_calls_no_more_than_it_did(valkey: str, task: str) -> None:
    """Where this fails, look at what came anew before the number is raised."""
    with counting(Busy(valkey), task) as counted:
        print(f"{task}: {counted.calls} calls")
        assert counted.calls < MOST_CALLS[task]


@pytest.mark.parametrize("task", TRIPS)
def test_a_round_trip_asks_the_system_three_times(valkey: str, task: str) -> None:
    """A timeout of Python's would ask before each of them whether it would wait."""
    with counting(Busy(valkey), task) as counted:
        assert counted.of_sockets.total() == A_ROUND_TRIP * TRIPS[task], counted.of_sockets
