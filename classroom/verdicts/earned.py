"""Whether the attacker came by what it spent: a secret that fell from the sky proves nothing about a protocol."""

from classroom.derive.artifacts import Sighting
from classroom.derive.as_json import sender_of
from classroom.derive.book import group
from classroom.derive.seen import Message
from classroom.parties import CLIENTS
from classroom.verdicts.case import OTHER, Case, begun
from wire.message import Request, Response

SECRETS = (
    "password",
    "client_secret",
    "session",
    "verifier",
    "code",
    "access_token",
    "refresh_token",
    "token",
    "id_token",
    "device_code",
)
OWN_MAKE = ("verifier", "session")  # what a sender makes up itself; all else is issued by somebody


def unearned(case: Case, until: Message) -> list[Message]:
    """Return the requests of the attacker that spent a secret which it had no way of knowing, up to a message."""
    found = []
    for message in case.during:
        if until.order < message.order:
            break
        spent = isinstance(message.entry, Request) and case.is_attackers(message) and was_taken(message)
        secrets = [seen for seen in message.sightings if seen.kind in SECRETS] if spent else []
        if not all(came_by(case, seen, message) for seen in secrets):
            found.append(message)
    return found


def was_taken(asked: Message) -> bool:
    """Whether a request was served: what is refused was not spent."""
    answer = asked.exchange.response
    return answer is not None and isinstance(answer.entry, Response) and answer.entry.status < 400


def came_by(case: Case, seen: Sighting, spent: Message) -> bool:
    """Whether the attacker received a secret before, made it, guessed it, or read it where it leaked."""
    if seen.kind == "password" and spent.word("username") == OTHER:
        return True  # Mallory's own
    if seen.kind == "client_secret" and sender_of(spent.exchange, case.conversation.origins).id in CLIENTS:
        return True  # an app that counts as the attacker still has its own
    if group(seen.kind) in (group(kind) for kind in case.question.guesses):
        return True
    for message in case.messages:
        if begun(message) >= begun(spent) or not shows(message, seen):
            continue
        if case.received_by_attacker(message) or case.leaked(message):
            return True
        if seen.kind in OWN_MAKE and case.sent_by_attacker(message):
            return first_of(case, seen) is message
    return seen.kind in OWN_MAKE and first_of(case, seen) is spent


def first_of(case: Case, seen: Sighting) -> Message | None:
    """Return the message in which a value stood first."""
    for message in case.messages:
        if shows(message, seen):
            return message
    return None


def shows(message: Message, seen: Sighting) -> bool:
    """Whether a value stands in a message, under whatever name."""
    return any(other.fingerprint == seen.fingerprint for other in message.sightings)
