"""The question that a browser asks before a page's call: it has no token of its own (Fetch standard, CORS protocol).

It goes with the call that follows it, if the calls of the next moment are all of one flow; else it stays outside.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict

from classroom.derive.grouping.components import Component, Components
from classroom.derive.reading.decode import header
from classroom.derive.reading.message import Exchange
from wire.message import Request

SOON = 2.0  # seconds between the question and the call
Where = tuple[str, str, str, str]


class Preflights:
    """Questions and calls by page, party and address, in the order of time."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.questions: dict[Where, list[tuple[float, int, Exchange]]] = defaultdict(list)
        self.calls: dict[Where, list[tuple[float, int, Exchange]]] = defaultdict(list)

    def add(self, exchange: Exchange) -> None:
        """Take an exchange."""
        if (where := page_of(exchange)) is not None:
            of_its_kind = self.questions if is_question(exchange) else self.calls
            insort(of_its_kind[where], (exchange.begun, exchange.node, exchange))

    def before(self, call: Exchange) -> list[Exchange]:
        """Return the questions of the moment before a call."""
        where = page_of(call)
        if where is None or where not in self.questions:
            return []
        asked = self.questions[where]
        start, end = bisect_left(asked, (call.begun - SOON,)), bisect_right(asked, (call.begun, call.node))
        return [question for _, _, question in asked[start:end]]

    def home(self, question: Exchange) -> Component | None:
        """Return the flow of the calls in the moment after a question, if it is one and the same."""
        where = page_of(question)
        if where is None or not is_question(question):
            return None
        calls = self.calls.get(where, [])
        start = bisect_left(calls, (question.begun,))
        end = bisect_right(calls, (question.begun + SOON, len(self.components.parents)))
        flows = {id(found): found for _, _, call in calls[start:end] if (found := self.flow_of(call))}
        return next(iter(flows.values())) if len(flows) == 1 else None

    def flow_of(self, call: Exchange) -> Component | None:
        found = self.components.component(call.node)
        return found if found.is_flow else None


def page_of(exchange: Exchange) -> Where | None:
    """Return which page asks whom for what, where a page's script asks."""
    asked = exchange.request.entry if exchange.request else None
    if not isinstance(asked, Request) or not (origin := header(asked.headers, "origin")):
        return None
    return exchange.world, exchange.party, origin, exchange.path


def is_question(exchange: Exchange) -> bool:
    asked = exchange.request.entry if exchange.request else None
    return isinstance(asked, Request) and asked.method == "OPTIONS"
