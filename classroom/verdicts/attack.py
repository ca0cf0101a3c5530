"""The attack: the messages of one world in order, whose each token is, and what the attacker sent and received."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from classroom.derive.conversation import Conversation
from classroom.derive.reading.message import Exchange, Message, sender_of
from wire.message import Entry, Note, Request, Response

VICTIM, OTHER = "alice", "mallory"
OPENS = ("access_token", "refresh_token", "token")


@dataclass(frozen=True)
class Question:
    """What is asked: of which world and time, by which predicate, and which message would be the refusal."""

    world: str
    predicate: str
    after: str = ""  # the stream's ids between which the attack ran
    until: str = ""
    refusal: Mapping[str, Any] = field(default_factory=dict)
    reached: Mapping[str, Any] = field(default_factory=dict)  # the request that no honest party would send
    since: Mapping[str, Any] = field(default_factory=dict)  # the message after which proof and refusal count
    unless: Mapping[str, Any] = field(default_factory=dict)  # the message with which the refusal counts for nothing
    leaks: tuple[str, ...] = ()  # ways in which secrets get out without a message
    guesses: tuple[str, ...] = ()  # kinds of secrets that the attack guesses
    attackers: tuple[str, ...] = ()  # parties that count as the attacker beside it


class Attack:
    """All that predicates ask about; the conversation stays as it is."""

    def __init__(self, conversation: Conversation, question: Question) -> None:
        self.conversation, self.question = conversation, question
        until = place_of(question.until) if question.until else None
        # Entries of the wire that came later than the attack are no part of it, even of the same world.
        inside = (message for message in conversation.messages if message.entry.world == question.world)
        self.messages = [message for message in inside if until is None or place_of(message.id) <= until]
        self.before = place_of(question.after) if question.after else (0, 0)

    @cached_property
    def during(self) -> list[Message]:
        """Return the messages of the attack, in the order of time."""
        return [message for message in self.messages if place_of(message.id) > self.before]

    def exchanges(self, party: str) -> Iterator[tuple[Message, Message]]:
        """Return the requests of the attack that a party received, each with its response."""
        for response in self.during:
            request = response.exchange.request
            if isinstance(response.entry, Response) and response.entry.party == party and request is not None:
                yield request, response

    def sender(self, exchange: Exchange) -> str:
        """Return who sent a request: `attacker` for all that count as one."""
        sender = sender_of(exchange, self.conversation.origins).id
        return "attacker" if sender in self.question.attackers else sender

    def is_attackers(self, message: Message) -> bool:
        return self.sender(message.exchange) == "attacker"

    def received_by_attacker(self, message: Message) -> bool:
        """Whether the attacker got a message: a request to it, or a response to one of its own."""
        if isinstance(message.entry, Response):
            return self.is_attackers(message)
        parties = ("attacker", *self.question.attackers)
        return isinstance(message.entry, Request) and message.entry.party in parties

    def sent_by_attacker(self, message: Message) -> bool:
        """Whether the attacker made a message: a request, or a response of its own server."""
        if isinstance(message.entry, Request):
            return self.is_attackers(message)
        return isinstance(message.entry, Response) and message.entry.party == "attacker"

    @cached_property
    def subjects(self) -> dict[str, str]:
        """Return whose each token is, by its fingerprint, as the authorization server's introspection said."""
        subjects: dict[str, str] = {}
        for response in self.messages:
            request = response.exchange.request
            is_introspection = response.entry.party == "auth" and response.exchange.path == "/introspect"
            is_active = is_introspection and response.reading.is_response and response.fact("active") is True
            if is_active and request is not None:
                # Bank ID is believed here, since it is the one that issued the token; the bank only repeats it.
                tokens = (sighting.fingerprint for sighting in request.sightings if sighting.kind == "token")
                subjects.update(dict.fromkeys(tokens, response.word("sub")))
        return subjects

    def subject_shown(self, request: Message) -> str:
        """Return whose access token a request carries, or an empty text."""
        tokens = (sighting for sighting in request.sightings if sighting.kind in OPENS)
        people = (self.subjects.get(sighting.fingerprint, "") for sighting in tokens)
        return next((person for person in people if person), "")

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """Return what tells Alice's money in a page or an answer: her accounts' names and balances."""
        figures = {f"{VICTIM}-current", f"{VICTIM}-savings"}
        for response in self.messages:
            if response.entry.party == "bank" and f"/accounts/{VICTIM}-" in response.exchange.path and ok(response):
                balance = response.reading.json.get("balance")
                if isinstance(balance, int) and abs(balance) > 9999:
                    figures |= {f"{balance / 100:,.2f}", str(balance)}
        return tuple(figures)

    def leaked(self, message: Message) -> bool:
        """Whether a note tells of a leak that the lab declares, and what it tells of stood there before."""
        entry = message.entry
        if not isinstance(entry, Note) or entry.details.get("leak") not in self.question.leaks:
            return False
        where = entry.details.get("at", "")
        # A note may claim anything. So what it tells must have stood in a message before, at the place that it names.
        leaked = {sighting.fingerprint for sighting in message.sightings}
        return any(
            leaked & {sighting.fingerprint for sighting in earlier.sightings} and stands_at(earlier, where)
            for earlier in self.messages
            if begun(earlier) < begun(message) and not isinstance(earlier.entry, Note)
        )


def stands_at(message: Message, where: str) -> bool:
    """Whether a message went to a URL, came from there, or led there."""
    request = message.exchange.request
    if request is not None and request.entry.origin + message.path == where:
        return True
    return any(location.path == where for location in message.reading.locations[:1])


def begun(message: Message) -> float:
    """Return from when a message may be known: an answer is written down when its last byte has left, maybe late."""
    return message.exchange.begun if isinstance(message.entry, Response) else message.entry.at


def ok(response: Message) -> bool:
    return isinstance(response.entry, Response) and response.entry.status in range(200, 300)


def body(entry: Entry) -> bytes:
    return entry.body if isinstance(entry, Request | Response) else b""


def place_of(entry_id: str) -> tuple[int, int]:
    """Return an id of the stream in a form that compares."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)
