"""The conversation: every message once, put where it belongs, in one pass; all else is made when it is asked for."""

from bisect import insort
from heapq import nlargest
from typing import Any, cast

from classroom.derive.as_json import message_json
from classroom.derive.custody.eavesdropper import learned
from classroom.derive.custody.ledger import Ledger
from classroom.derive.flows import About, Flow, about, flow_json
from classroom.derive.grouping.components import Component, Components
from classroom.derive.grouping.knowledge import Knowledge
from classroom.derive.grouping.nesting import Nesting
from classroom.derive.grouping.threads import keys
from classroom.derive.reading.book import Book
from classroom.derive.reading.message import Exchange, Message, order_of
from classroom.derive.reading.reading import Reading
from classroom.derive.reading.steps import begins_a_flow
from wire.message import Entry, Held

Event = dict[str, str]
Json = dict[str, Any]


class Conversation:
    """What was said, by whom, in which flow; the order in which entries arrive makes no difference."""

    def __init__(self) -> None:
        self.known: dict[str, Message] = {}
        self.messages: list[Message] = []  # in the order of time
        self.exchanges: dict[str, Exchange] = {}
        self.components = Components()
        self.nesting = Nesting(self.components)
        self.book = Book()
        self.knowledge = Knowledge()
        self.origins = self.knowledge.origins

    def add(self, entry: Entry) -> list[Event]:
        """Take one entry; return what listeners should look at again. An entry that is known changes nothing."""
        # The stream is read again after a break, and the same entry then comes twice.
        if entry.id in self.known:
            return []
        exchange = self.exchange(entry)
        message = Message(Reading(entry), exchange, order_of(entry))
        self.known[entry.id] = message
        # Parties write at their own pace, so an entry may come after one that happened later.
        insort(self.messages, message, key=lambda message: message.order)
        exchange.take(message)
        self.knowledge.meet(entry)
        self.components.component(exchange.node).take(message)
        for key in keys(message.reading):
            self.components.tie(exchange.node, key)
        if begins_a_flow(entry.party, exchange.path):
            self.components.component(exchange.node).is_flow = True
        self.book.take(message)
        return [{"type": "message", "id": entry.id}, *self.changed(message)]

    def exchange(self, entry: Entry) -> Exchange:
        """Return the exchange of an entry; one that says none is alone."""
        name = entry.exchange or entry.id
        exchange = self.exchange_named(name, entry)
        if isinstance(entry, Held) and entry.cause and entry.cause != name:
            exchange.cause = self.exchange_named(entry.cause, entry)
            exchange.cause.held = exchange
        return exchange

    def exchange_named(self, name: str, entry: Entry) -> Exchange:
        """Return an exchange; a held redirect may tell of one whose messages are still to come."""
        if name not in self.exchanges:
            self.exchanges[name] = Exchange(name, self.components.new(), entry.party, entry.world)
        return self.exchanges[name]

    def changed(self, message: Message) -> list[Event]:
        """Tell the flows that this message touched: its own, and those that guests came to or left because of it."""
        exchange = message.exchange
        touched, flows = [exchange], {}
        if exchange.request and exchange.response and message in (exchange.request, exchange.response):
            self.knowledge.learn(exchange.request, exchange.response, self.book)
            touched = self.nesting.near(exchange)
            flows = self.homes(touched)
            self.nesting.add(exchange)
        flows |= self.homes(touched)
        # A new version makes what was derived of the flow before stale; nothing is worked out until somebody asks.
        for flow in flows.values():
            flow.version += 1
        return [{"type": "flow", "id": flow_id(flow)} for flow in flows.values()]

    def homes(self, exchanges: list[Exchange]) -> dict[str, Component]:
        """Return the flows that exchanges are shown with, by their first messages."""
        homes = (self.nesting.home(exchange) for exchange in exchanges)
        return {flow.first.id: flow for flow in homes if flow is not None and flow.first is not None}

    def message(self, message_id: str) -> Message:
        """Return a message, or raise KeyError."""
        return self.known[message_id]

    def component_of(self, flow: str) -> Component:
        """Return the component of a flow by its name, or by one that it had before two parts were found to be one."""
        message = self.known[flow.removeprefix("f")]
        component = self.components.component(message.exchange.node)
        # A page without anything of a transaction in it is in no flow.
        if not component.is_flow:
            raise KeyError(flow)
        return component

    def flow(self, name: str) -> Flow:
        """Return a flow with its guests, or raise KeyError."""
        return self.view(self.component_of(name))

    def view(self, component: Component) -> Flow:
        version = component.version, self.knowledge.changes, self.book.corrections
        if component.view and component.view[0] == version:
            return cast(Flow, component.view[1])
        guests = [message for guest in self.nesting.guests(component) for message in guest.messages]
        messages = sorted([*component.messages, *guests], key=lambda message: message.order)
        flow = Flow(flow_id(component), messages)
        # What was worked out for the messages before is kept, or each new message would cost as much as all of them.
        flow.go_on_from(cast(Flow | None, component.view and component.view[1]))
        component.view = (version, flow)
        return flow

    @property
    def flows(self) -> dict[str, Flow]:
        """Return the flows by name, the earliest first."""
        components = [component for component in self.components.of_root.values() if component.is_flow]
        components.sort(key=lambda component: component.first.order if component.first else (0.0, 0, 0, ""))
        return {flow_id(component): self.view(component) for component in components}

    def newest_flows(self, limit: int, world: str | None = None, before: str = "") -> list[str]:
        """Return the names of so many flows, the newest first; only those are worked out that somebody then asks for.

        `world` is of whose flows, `before` the flow before which they began; raises KeyError.
        """
        until = self.known[before.removeprefix("f")].order if before else None
        begun = [
            (component.first.order, flow_id(component))
            for component in self.components.of_root.values()
            if component.is_flow and component.first and world in (None, component.first.entry.world)
        ]
        return [name for _, name in nlargest(limit, (each for each in begun if until is None or each[0] < until))]

    def flow_of(self, message_id: str) -> str | None:
        """Return the name of the flow that a message is shown with."""
        home = self.nesting.home(self.known[message_id].exchange)
        return flow_id(home) if home else None

    def message_json(self, message_id: str) -> Json:
        """Return a message as JSON, with its flow and its number in it; raises KeyError."""
        message = self.known[message_id]
        name = self.flow_of(message_id)
        number = self.flow(name).places.get(message_id) if name else None
        return {
            **message_json(message, self.origins, self.book),
            "flow": name,
            "n": number,
            "breaches": self.breaches(message, name),
        }

    def flow_json(self, name: str) -> Json:
        """Return a flow as JSON; raises KeyError."""
        flow = self.flow(name)
        breaches = self.ledger(flow).breaches
        return {**flow_json(flow, self.about(flow), self.book), "findings": [], "breaches": breaches}

    def ledger(self, flow: Flow, message_id: str | None = None) -> Ledger:
        """Return the ledger after a message; the one at the end is kept."""
        if message_id is not None:
            return Ledger(self.origins, self.book).take_all(flow.until(message_id))
        if flow.ledger is None:
            flow.ledger = Ledger(self.origins, self.book).take_all(flow.messages)
        return flow.ledger

    def breaches(self, message: Message, name: str | None) -> list[Json]:
        """Return the breaches that happened in a message."""
        whole = self.ledger(self.flow(name)) if name else Ledger(self.origins, self.book)
        if not name:
            whole.take_all(sorted(message.exchange.messages, key=lambda message: message.order))
        return [breach for breach in whole.breaches if breach["message"] == message.id]

    def custody_after(self, flow: str, message_id: str | None = None) -> Json:
        """Return who holds what after a message of a flow, or at its end; raises KeyError."""
        state = self.flow(flow)
        return self.ledger(state, message_id).to_json(self.about(state).lanes)

    def learned(self, flow: str, message_id: str | None = None) -> Json:
        """Return what listeners on either channel know after a message of a flow; raises KeyError."""
        state = self.flow(flow)
        confidential = self.about(state).kind == "authorization_code_confidential"
        return learned(state.until(message_id), self.origins, self.book, needs_secret=confidential)

    def about(self, flow: Flow) -> About:
        """Return what a flow is about, worked out once for each state of it."""
        if flow.about is None:
            flow.about = about(flow.messages, self.knowledge)
        return flow.about

    def flows_json(self) -> list[Json]:
        """Return every flow as JSON, the earliest first."""
        return [self.flow_json(name) for name in self.flows]


def flow_id(flow: Component) -> str:
    """Return the flow's name, made of its earliest message's."""
    return f"f{flow.first.id}" if flow.first else ""
