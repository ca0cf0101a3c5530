"""Calls within calls: a server's requests lie in time within the request that made it send them.

A flow's exchanges share artifacts; `GET /` at a client, which makes it ask the bank, shares none but a cookie. It is
shown with the flow of the calls that it encloses, if it is the only request it can be: when two learners ask at the
same moment nobody can tell from outside, and then it stays outside of the flows. It never joins two flows.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator

from classroom.derive.grouping.components import Component, Components
from classroom.derive.grouping.preflights import Preflights
from classroom.derive.reading.message import Exchange

NEAR = 64  # exchanges looked at on either side
DEEPEST = 3  # calls within calls: a page asks Budget, which asks the bank, which asks Bank ID
CALLERS = ("budget", "bank")  # the parties that call others while they answer
Interval = tuple[float, int, Exchange]


class Nesting:
    """Which exchange at a party caused which call of it."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.received: dict[tuple[str, str], list[Interval]] = defaultdict(list)
        self.preflights = Preflights(components)
        self.sent: dict[tuple[str, str], list[Interval]] = defaultdict(list)

    def add(self, exchange: Exchange) -> None:
        """Take an exchange that is complete."""
        entry = (exchange.begun, exchange.node, exchange)
        self.preflights.add(exchange)
        if exchange.party in CALLERS:
            insort(self.received[exchange.world, exchange.party], entry)
        if exchange.sent_by in CALLERS:
            insort(self.sent[exchange.world, exchange.sent_by], entry)

    def near(self, exchange: Exchange) -> list[Exchange]:
        """Return the exchanges whose place an exchange may change: its own, and those that it may have to do with."""
        near = [exchange, *self.preflights.before(exchange)]
        near += self.calls_of(exchange) if exchange.party in CALLERS else []
        near += self.around(exchange) if exchange.sent_by in CALLERS else []
        return near

    def calls_of(self, exchange: Exchange) -> list[Exchange]:
        """Return the calls that its party made while it was under way."""
        calls = self.sent[exchange.world, exchange.party]
        start = bisect_left(calls, (exchange.begun,))
        end = bisect_right(calls, (exchange.ended, len(self.components.parents)))
        return [call for _, _, call in calls[start : min(end, start + NEAR)] if call is not exchange]

    def around(self, call: Exchange) -> list[Exchange]:
        """Return the exchanges at the caller that were under way when a call began.

        When the call ended does not count: its recorder writes that down when the last byte is out, and under load that
        is later than the moment in which the receiver has read it, and has answered in its turn.
        """
        received = self.received[call.world, call.sent_by]
        end = bisect_right(received, (call.begun, len(self.components.parents)))
        return [
            outer
            for _, _, outer in received[max(0, end - NEAR) : end]
            if outer.ended >= call.begun and outer is not call
        ]

    def cause(self, call: Exchange) -> Exchange | None:
        """Return the one exchange that can have made its party send this call, or None where there are several."""
        outer = self.around(call)
        ours = self.components.component(call.node)
        if ours.is_flow and len(outer) > 1:
            same = [exchange for exchange in outer if self.components.component(exchange.node) is ours]
            outer = same or [exchange for exchange in outer if not self.components.component(exchange.node).is_flow]
        return outer[0] if len(outer) == 1 else None

    def home(self, exchange: Exchange, depth: int = 0) -> Component | None:
        """Return the flow with which an exchange is shown: its own, or that of what it caused, or of its cause."""
        own = self.components.component(exchange.node)
        if own.is_flow:
            return own
        if exchange.held is not None and (led_to := self.components.component(exchange.held.node)).is_flow:
            return led_to
        if exchange.party in CALLERS:
            for call in self.calls_of(exchange):
                flow = self.components.component(call.node)
                if flow.is_flow and self.cause(call) is exchange:
                    return flow
        if asked_before := self.preflights.home(exchange):
            return asked_before
        cause = self.cause(exchange) if exchange.sent_by in CALLERS and depth < DEEPEST else None
        return self.home(cause, depth + 1) if cause is not None else None

    def guests(self, flow: Component) -> Iterator[Exchange]:
        """Return the exchanges without artifacts of their own that are shown with a flow."""
        own = {message.exchange.node: message.exchange for message in flow.messages}
        guests: dict[int, Exchange] = {}
        for exchange in own.values():
            near = self.preflights.before(exchange)
            near += [exchange.cause] if exchange.cause is not None else []
            near += self.calls_of(exchange) if exchange.party in CALLERS else []
            cause = self.cause(exchange) if exchange.sent_by in CALLERS else None
            if cause is not None and cause.node not in own:
                near += [cause, *self.calls_of(cause)]
            for other in near:
                if other.node not in own and other.node not in guests and self.home(other) is flow:
                    guests[other.node] = other
        yield from guests.values()
