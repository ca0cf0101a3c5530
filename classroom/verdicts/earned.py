"""Whether the attacker came by what it spent: a secret that fell from the sky proves nothing about a protocol."""

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.message import Message, sender_of
from classroom.parties import CLIENTS
from classroom.verdicts.case import OTHER, Case, begun
from classroom.verdicts.patterns import fits
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
NEAR = 10  # numbers to count on from one that is known
DIGITS = 40  # of a number at most
SERIES = 5  # wrong passwords that are not yet a series
WRONG = {"party": "auth", "method": "POST", "path": "/login", "status": 403, "from": "attacker"}


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
    if seen.kind in case.question.guesses and guessed(case, seen, spent):
        return True
    for message in case.messages:
        if begun(message) >= begun(spent) or not shows(message, seen):
            continue
        if case.received_by_attacker(message) or case.leaked(message):
            return True
        if seen.kind in OWN_MAKE and case.sent_by_attacker(message):
            return first_of(case, seen) is message
    return seen.kind in OWN_MAKE and first_of(case, seen) is spent


def guessed(case: Case, seen: Sighting, spent: Message) -> bool:
    """Whether the wire shows how: a series of wrong passwords, or a number from which this one was counted on."""
    if seen.kind == "password":
        return len(wrong_passwords(case, spent)) > SERIES
    before = (one for one in case.messages if begun(one) < begun(spent) and case.received_by_attacker(one))
    known = (other.value for one in before for other in one.sightings if other.kind == seen.kind)
    return any(follows(value, seen.value) for value in known)


def wrong_passwords(case: Case, spent: Message) -> set[str]:
    """Return the fingerprints of the passwords that the attacker had tried for the same person in vain."""
    found: set[str] = set()
    for asked, answer in case.exchanges("auth"):
        in_vain = begun(asked) < begun(spent) and fits(case, answer, WRONG)
        if in_vain and asked.word("username") == spent.word("username"):
            found |= {seen.fingerprint for seen in asked.sightings if seen.kind == "password"}
    return found


def follows(one: str, other: str) -> bool:
    """Whether a number comes soon after another one."""
    numbers = all(value.isdecimal() and len(value) <= DIGITS for value in (one, other))
    return numbers and 0 < int(other) - int(one) <= NEAR


def first_of(case: Case, seen: Sighting) -> Message | None:
    """Return the message in which a value stood first."""
    for message in case.messages:
        if shows(message, seen):
            return message
    return None


def shows(message: Message, seen: Sighting) -> bool:
    """Whether a value stands in a message, under whatever name."""
    return any(other.fingerprint == seen.fingerprint for other in message.sightings)
