"""What an artifact was made for, and how long it lives, as the responses that issued or described it say."""

from typing import Any, TypeGuard

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.book import Book
from classroom.derive.reading.decode import claims, cookie_lives_for, fingerprint, s256
from classroom.derive.reading.message import Message
from wire.message import Request, Response

Json = dict[str, Any]
ISSUED = ("access_token", "refresh_token", "id_token")
LIVES_FOR = ("access_token", "request_uri", "device_code", "user_code")  # what `expires_in` is said of


def bind(entry: Json, message: Message, sighting: Sighting) -> None:
    """Note whom an artifact is for, at the messages that tell."""
    bound, kind = entry["bound_to"], entry["kind"]
    if kind in ISSUED and sighting.place.startswith(("json.", "location.fragment.")):
        issued(entry, message)
    elif kind == "code" and message.entry.party == "auth" and isinstance(message.entry, Response):
        bound |= requested(message)
    elif kind == "verifier":
        bound.setdefault("challenge", fingerprint(s256(sighting.value)))
    elif kind in ("state", "nonce", "challenge", "client_secret", "request_uri") and message.word("client_id"):
        bound.setdefault("client_id", message.word("client_id"))
    if (end := ends_at(message, sighting)) is not None:
        entry["expires_at"] = end


def ends_at(message: Message, sighting: Sighting) -> float | None:
    """Return when an artifact ends, where this message says so; a code's end, and a refresh token's, it never does.

    The response that issues it (RFC 6749 §5.1, RFC 8628 §3.2, RFC 9126 §2.2), a token's own claims (RFC 7519 §4.1.4),
    or the cookie's attributes (RFC 6265 §5.2) tell it.
    """
    place, _, name = sighting.place.rpartition(".")
    lifetime = message.fact("expires_in")
    # Not more digits than a clock needs: a hostile server may send a thousand of them.
    if isinstance(lifetime, str) and lifetime.isascii() and lifetime.isdecimal():  # in a URL all is text
        lifetime = int(lifetime[:16])
    if sighting.kind in LIVES_FOR and place in ("json", "location.fragment") and is_number(lifetime):
        return message.entry.at + float(lifetime)
    if sighting.kind in ISSUED and is_number(end := claims(sighting.value).get("exp")):
        return float(end)
    if sighting.kind == "session" and place == "set-cookie" and isinstance(message.entry, Response):
        lives_for = cookie_lives_for(message.entry.headers, name)
        return None if lives_for is None else message.entry.at + lives_for
    return None


def issued(entry: Json, message: Message) -> None:
    """Read an access token response, and the request that it answers (RFC 6749 §5.1)."""
    request, bound = message.exchange.request, entry["bound_to"]
    if request is not None and request.word("client_id"):
        bound.setdefault("client_id", request.word("client_id"))
    if message.word("scope"):
        bound.setdefault("scope", message.word("scope"))


def requested(message: Message) -> Json:
    """Return what a code is bound to: what was in the request that it answers (RFC 6749 §4.1.2, RFC 7636 §4.4)."""
    request = message.exchange.request
    if request is None:
        return {}
    bound = {name: request.word(name) for name in ("client_id", "redirect_uri") if request.word(name)}
    challenge = next((sighting for sighting in request.sightings if sighting.kind == "challenge"), None)
    return bound | ({"challenge": challenge.fingerprint} if challenge else {})


def describe(entries: dict[tuple[str, str], Json], message: Message, book: Book) -> None:
    """Read what introspection says of a token (RFC 7662 §2.2)."""
    request = message.exchange.request
    if message.fact("active") is not True or request is None or not isinstance(request.entry, Request):
        return
    for sighting in request.sightings:
        entry = entries.get((book.kind(sighting), sighting.fingerprint))
        if entry is None or sighting.kind != "token":
            continue
        for name in ("client_id", "scope", "sub", "aud"):
            if message.word(name):
                entry["bound_to"][name] = message.word(name)
        if is_number(message.fact("exp")):
            entry["expires_at"] = message.fact("exp")


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number of seconds that can be counted with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
