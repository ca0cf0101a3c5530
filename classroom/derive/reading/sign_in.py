"""What a message shows of a sign-in: who came in, and by which password (RFC 6749 §3.1)."""

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.message import Message
from wire.message import Held, Response


def proven_password(message: Message) -> list[Sighting]:
    """Return the password that an answer shows to be the right one: it signed somebody in, or bought a token."""
    entry, request = message.entry, request_behind(message)
    bought = message.exchange.path == "/token" and isinstance(entry, Response) and message.holds("access_token")
    if request is None or not (signed_in(message) or (entry.party == "auth" and bought)):
        return []
    return [sighting for sighting in request.sightings if sighting.kind == "password"]


def request_behind(message: Message) -> Message | None:
    """Return the request that an answer belongs to; a redirect that step mode holds is an answer, too."""
    exchange = message.exchange
    return exchange.cause.request if exchange.cause is not None else exchange.request


def signed_in(message: Message) -> str:
    """Return the user name that a sign-in was accepted for, at its answer."""
    entry, request = message.entry, request_behind(message)
    at_sign_in = entry.party == "auth" and request is not None and request.exchange.path == "/login"
    # Bank ID answers a wrong password with a page, and a right one with a redirect.
    redirects = isinstance(entry, Held) or (isinstance(entry, Response) and entry.status in range(300, 400))
    accepted = at_sign_in and redirects
    return request.word("username") if accepted and request else ""
