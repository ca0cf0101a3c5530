"""A flow as people see it: a title, who takes part, what is in it and what that was bound to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from classroom.derive.custody.bindings import bind, describe
from classroom.derive.custody.ledger import Ledger
from classroom.derive.grouping import story
from classroom.derive.grouping.knowledge import Knowledge
from classroom.derive.reading.book import Book
from classroom.derive.reading.message import Message, sender_of
from classroom.derive.reading.sign_in import signed_in
from classroom.parties import HOLDERS
from wire.message import Request

Json = dict[str, Any]
SERVERS = ("auth", "bank")
ONLOOKERS = ("attacker", "classroom")


@dataclass(slots=True)
class Flow:
    """A component and its guests in the order of time; whatever it derives, it derives once."""

    id: str
    messages: list[Message]
    places: dict[str, int] = field(default_factory=dict)
    ledger: Ledger | None = None  # at the end of the flow, once somebody has asked for it
    about: "About | None" = None

    def __post_init__(self) -> None:
        self.places = {message.id: number for number, message in enumerate(self.messages, 1)}

    def go_on_from(self, before: "Flow | None") -> None:
        """Take over the ledger of an earlier state of the flow, if all that is new came after it."""
        if before is None or before.ledger is None or not before.ledger.is_good_still():
            return
        count = len(before.messages)
        if self.messages[:count] == before.messages:
            self.ledger, before.ledger = before.ledger.take_all(self.messages[count:]), None

    def until(self, message_id: str | None) -> list[Message]:
        """Return the messages up to one of them, it included; without an id, all."""
        return self.messages if message_id is None else self.messages[: self.places[message_id]]


@dataclass(frozen=True, slots=True)
class About:
    """Whose flow it is, what kind, and who takes part."""

    client_id: str
    person: str
    kind: str
    title: str
    lanes: list[str]


def about(messages: list[Message], known: Knowledge) -> About:
    """Work out what a flow is about."""
    client_id = client_of(messages)
    person = person_of(messages, client_id, known)
    kind = story.kind(messages, client_id, known.clients)
    return About(
        client_id, person, kind, title(client_id, person, kind, known), lanes(messages, client_id, known.origins)
    )


def flow_json(flow: Flow, about: About, book: Book) -> Json:
    """Return a flow without its findings and breaches."""
    messages = flow.messages
    state, failed_at = story.state(messages)
    return {
        "id": flow.id,
        "title": about.title,
        "kind": about.kind,
        "state": state,
        "failed_at": failed_at,
        "began_at": messages[0].entry.at,
        "last_at": messages[-1].entry.at,
        "client_id": about.client_id or None,
        "person": about.person or None,
        "world": messages[0].entry.world,
        "messages": [message.id for message in messages],
        "count": len(messages),
        "stages": [{"name": name, "messages": ids} for name, ids in story.stages(messages)],
        "artifacts": artifacts(messages, book),
        "lanes": about.lanes,
    }


def client_of(messages: Iterable[Message]) -> str:
    """Return the client that the flow is about: whoever asked, or was answered about."""
    names = (
        message.word("client_id")
        for message in messages
        if message.exchange.path != "/introspect" or not isinstance(message.entry, Request)
    )
    return next((name for name in names if name), "")


def person_of(messages: Iterable[Message], client_id: str, known: Knowledge) -> str:
    """Return who the flow is for: signed in within it, or known by session, or named by an answer about a token."""
    person = ""
    for message in messages:
        named = message.word("sub") or signed_in(message)
        if named and named != client_id:  # a client that acts for itself is no person (RFC 9700 §4.15.1)
            person = named
        for sighting in message.sightings:
            if sighting.kind == "session" and not person:
                person = known.sessions.get(sighting.fingerprint, "")
    return person


def title(client_id: str, person: str, kind: str, known: Knowledge) -> str:
    """Name a flow as a learner would: who wants something, and for whom."""
    holder = HOLDERS.get(client_id)
    name = holder.title if holder else known.names.get(client_id) or client_id or "Somebody"
    if kind == "client_credentials":
        return f"{name[:60]}, for itself"
    return f"{name[:60]}, for {person[:60]}" if person else name[:60]


def lanes(messages: Iterable[Message], client_id: str, origins: Mapping[str, str]) -> list[str]:
    """Return who takes part: the client that began, the browser beside it, the servers, and who does not belong."""
    there: dict[str, None] = {}
    for message in messages:
        there[message.entry.party] = None
        if message.exchange.request:
            there[sender_of(message.exchange, origins).id] = None
    if client_id in HOLDERS:
        there[client_id] = None
    elif client_id:
        there["other"] = None
    ours = [name for name in there if name not in ("browser", *SERVERS, *ONLOOKERS) and name != client_id]
    first = [name for name in list(there)[:2] if name == "attacker"]  # a link that somebody else prepared
    first += [client_id] if client_id in there else [name for name in ours if name == "other"]
    order = [*first, "browser", *SERVERS, *ours, *ONLOOKERS]
    return [name for name in dict.fromkeys(order) if name in there]


def artifacts(messages: list[Message], book: Book) -> list[Json]:
    """Return what was seen in a flow, in the order in which it came up in it."""
    artifacts: dict[tuple[str, str], Json] = {}
    for message in messages:
        for sighting in message.sightings:
            artifact = book.artifact(sighting)
            key = artifact.kind, artifact.fingerprint
            if key not in artifacts:
                record = book.record(message.entry.world, sighting)
                artifacts[key] = {
                    "kind": artifact.kind,
                    "label": artifact.label,
                    "fingerprint": artifact.fingerprint,
                    "first_seen": record.first.id,
                    "last_seen": record.last.id,
                    "expires_at": None,
                    "bound_to": {},
                }
            bind(artifacts[key], message, sighting)
        describe(artifacts, message, book)
    return list(artifacts.values())
