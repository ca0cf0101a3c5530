"""Whether the attacker came by what it spent: a secret that fell from the sky proves nothing about a protocol."""

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.message import Message, sender_of
from classroom.parties import CLIENTS
from classroom.verdicts.attack import OTHER, Attack, begun
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


def unearned(attack: Attack, until: Message) -> list[Message]:
    """Return the requests of the attacker that spent a secret which it had no way of knowing, up to a message."""
    unearned = []
    for message in attack.during:
        if until.order < message.order:
            break
        spent = isinstance(message.entry, Request) and attack.is_attackers(message) and was_taken(message)
        secrets = [sighting for sighting in message.sightings if sighting.kind in SECRETS] if spent else []
        if not all(came_by(attack, sighting, message) for sighting in secrets):
            unearned.append(message)
    return unearned


def was_taken(request: Message) -> bool:
    """Whether a request was served: what is refused was not spent."""
    response = request.exchange.response
    return response is not None and isinstance(response.entry, Response) and response.entry.status < 400


def came_by(attack: Attack, sighting: Sighting, spent: Message) -> bool:
    """Whether the attacker received a secret before, made it, guessed it, or read it where it leaked."""
    if sighting.kind == "password" and spent.word("username") == OTHER:
        return True  # Mallory's own
    if sighting.kind == "client_secret" and sender_of(spent.exchange, attack.conversation.origins).id in CLIENTS:
        return True  # an app that counts as the attacker still has its own
    # A guess is believed only where the wire shows how it was made, or every stolen secret could be called a guess.
    if sighting.kind in attack.question.guesses and guessed(attack, sighting, spent):
        return True
    for message in attack.messages:
        # What came to the attacker after it spent the secret cannot be where it had it from.
        if begun(message) >= begun(spent) or not shows(message, sighting):
            continue
        if attack.received_by_attacker(message) or attack.leaked(message):
            return True
        if sighting.kind in OWN_MAKE and attack.sent_by_attacker(message):
            return first_of(attack, sighting) is message
    return sighting.kind in OWN_MAKE and first_of(attack, sighting) is spent


def guessed(attack: Attack, sighting: Sighting, spent: Message) -> bool:
    """Whether the wire shows how: a series of wrong passwords, or a number from which this one was counted on."""
    if sighting.kind == "password":
        return len(wrong_passwords(attack, spent)) > SERIES
    before = (earlier for earlier in attack.messages if begun(earlier) < begun(spent))
    before = (earlier for earlier in before if attack.received_by_attacker(earlier))
    known = (other.value for earlier in before for other in earlier.sightings if other.kind == sighting.kind)
    return any(follows(value, sighting.value) for value in known)


def wrong_passwords(attack: Attack, spent: Message) -> set[str]:
    """Return the fingerprints of the passwords that the attacker had tried for the same person in vain."""
    passwords: set[str] = set()
    for request, response in attack.exchanges("auth"):
        in_vain = begun(request) < begun(spent) and fits(attack, response, WRONG)
        if in_vain and request.word("username") == spent.word("username"):
            passwords |= {sighting.fingerprint for sighting in request.sightings if sighting.kind == "password"}
    return passwords


def follows(number: str, other: str) -> bool:
    """Whether a number comes soon after another one."""
    numbers = all(value.isdecimal() and len(value) <= DIGITS for value in (number, other))
    return numbers and 0 < int(other) - int(number) <= NEAR


def first_of(attack: Attack, sighting: Sighting) -> Message | None:
    """Return the message in which a value stood first."""
    for message in attack.messages:
        if shows(message, sighting):
            return message
    return None


def shows(message: Message, sighting: Sighting) -> bool:
    """Whether a value stands in a message, under whatever name."""
    return any(other.fingerprint == sighting.fingerprint for other in message.sightings)
