"""The preflight: a browser asks before a page's call, with no token of its own (Fetch standard, CORS protocol).

It goes with the call that follows it, if the calls of the next moment are all of one flow; else it stays outside.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict

from classroom.derive.grouping.components import Component, Components
from classroom.derive.reading.decode import header
from classroom.derive.reading.message import Exchange
from wire.message import Request

SOON = 2.0  # seconds between the preflight and the call
Where = tuple[str, str, str, str]


class Preflights:
    """Preflights and calls by page, party and URL, in the order of time."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.preflights: dict[Where, list[tuple[float, int, Exchange]]] = defaultdict(list)
        self.calls: dict[Where, list[tuple[float, int, Exchange]]] = defaultdict(list)

    def add(self, exchange: Exchange) -> None:
        """Take an exchange."""
        if (where := page_of(exchange)) is not None:
            of_its_kind = self.preflights if is_preflight(exchange) else self.calls
            insort(of_its_kind[where], (exchange.begun, exchange.node, exchange))

    def before(self, call: Exchange) -> list[Exchange]:
        """Return the preflights of the moment before a call."""
        where = page_of(call)
        if where is None or where not in self.preflights:
            return []
        preflights = self.preflights[where]
        start, end = bisect_left(preflights, (call.begun - SOON,)), bisect_right(preflights, (call.begun, call.node))
        return [preflight for _, _, preflight in preflights[start:end]]

    def home(self, preflight: Exchange) -> Component | None:
        """Return the flow of the calls in the moment after a preflight, if it is one and the same."""
        where = page_of(preflight)
        if where is None or not is_preflight(preflight):
            return None
        calls = self.calls.get(where, [])
        start = bisect_left(calls, (preflight.begun,))
        end = bisect_right(calls, (preflight.begun + SOON, len(self.components.parents)))
        flows = {id(flow): flow for _, _, call in calls[start:end] if (flow := self.flow_of(call))}
        return next(iter(flows.values())) if len(flows) == 1 else None

    def flow_of(self, call: Exchange) -> Component | None:
        component = self.components.component(call.node)
        return component if component.is_flow else None


def page_of(exchange: Exchange) -> Where | None:
    """Return which page asks whom for what, where a page's script asks."""
    request = exchange.request.entry if exchange.request else None
    if not isinstance(request, Request) or not (origin := header(request.headers, "origin")):
        return None
    return exchange.world, exchange.party, origin, exchange.path


def is_preflight(exchange: Exchange) -> bool:
    request = exchange.request.entry if exchange.request else None
    return isinstance(request, Request) and request.method == "OPTIONS"
