"""Union-find: which exchanges are connected, asked and told one message at a time."""

from dataclasses import dataclass, field

from classroom.derive.grouping.threads import Key
from classroom.derive.reading.message import Message


@dataclass(slots=True)
class Component:
    """Connected messages; `is_flow` once anything in it belongs to a transaction, `version` grows with each change."""

    messages: list[Message] = field(default_factory=list)
    first: Message | None = None
    is_flow: bool = False
    version: int = 0
    view: tuple[tuple[int, int, int], object] | None = None  # what was made of it, and of which version

    def take(self, message: Message) -> None:
        self.version += 1
        self.messages.append(message)
        if self.first is None or message.order < self.first.order:
            self.first = message

    def absorb(self, other: "Component") -> None:
        self.messages += other.messages
        self.is_flow = self.is_flow or other.is_flow
        self.version += other.version + 1
        if self.first is None or (other.first is not None and other.first.order < self.first.order):
            self.first = other.first


class Components:
    """The forest: each exchange is a node, each key hangs on the first node that showed it."""

    def __init__(self) -> None:
        self.parents: list[int] = []
        self.of_root: dict[int, Component] = {}
        self.keys: dict[Key, int] = {}

    def new(self) -> int:
        node = len(self.parents)
        self.parents.append(node)
        self.of_root[node] = Component()
        return node

    def find(self, node: int) -> int:
        """Return the root of a node, and shorten the way there for the next one who asks."""
        while self.parents[node] != node:
            self.parents[node] = self.parents[self.parents[node]]
            node = self.parents[node]
        return node

    def component(self, node: int) -> Component:
        return self.of_root[self.find(node)]

    def tie(self, node: int, key: Key) -> None:
        """Hang a node on a key, and so on every node that has shown the same."""
        other = self.keys.setdefault(key, node)
        a, b = self.find(node), self.find(other)
        # Whatever carries something of a transaction is part of a flow, also where nothing else ties to it.
        self.of_root[a].is_flow = True
        if a == b:
            return
        if len(self.of_root[a].messages) < len(self.of_root[b].messages):  # the few move to the many
            a, b = b, a
        self.parents[b] = a
        self.of_root[a].absorb(self.of_root.pop(b))
