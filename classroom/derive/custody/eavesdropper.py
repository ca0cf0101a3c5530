"""The eavesdropper: what somebody would know who read one channel or both, and what they could do with it."""

from collections.abc import Mapping
from typing import Any

from classroom.derive.custody.ledger import Ledger
from classroom.derive.custody.spending import Key
from classroom.derive.reading.book import Book
from classroom.derive.reading.message import Message, sender_of
from wire.message import Request, Response

Json = dict[str, Any]
IN_ADDRESSES = ("query.", "location.", "referer.")
LISTENERS = ("front", "back", "both", "browser")


def overheard(message: Message, origins: Mapping[str, str]) -> dict[str, bool]:
    """Say of each listener whether it reads this message: `front` reads URLs only, `browser` all of it."""
    if not isinstance(message.entry, Request | Response):
        return dict.fromkeys(LISTENERS, False)
    front = sender_of(message.exchange, origins).channel == "front"
    return {"front": front, "back": not front, "both": True, "browser": front}


def learned(messages: list[Message], origins: Mapping[str, str], book: Book, *, needs_secret: bool) -> Json:
    """Return what each listener has read in these messages, and in a sentence what it is good for."""
    known: dict[str, dict[Key, Json]] = {listener: {} for listener in LISTENERS}
    for message in messages:
        reads = overheard(message, origins)
        for sighting in message.sightings:
            artifact = book.artifact(sighting)
            described = {"kind": artifact.kind, "fingerprint": artifact.fingerprint, "label": artifact.label}
            for listener in LISTENERS:
                # Who reads URLs sees no bodies: a history or a log has none.
                open_to = reads[listener] and (
                    listener in ("back", "browser") or not reads["front"] or sighting.place.startswith(IN_ADDRESSES)
                )
                if open_to:
                    known[listener].setdefault((artifact.kind, artifact.fingerprint), described)
    ledger = Ledger(origins, book).take_all(messages)
    bare = unhashed(messages)
    return {
        **{listener: list(artifacts.values()) for listener, artifacts in known.items()},
        "means": {listener: means(artifacts, ledger, bare, needs_secret) for listener, artifacts in known.items()},
    }


def unhashed(messages: list[Message]) -> set[Key]:
    """Return the challenges that are their own verifiers: of the method `plain`, or of none (RFC 7636 §4.2, §4.3)."""
    return {
        ("challenge", sighting.fingerprint)
        for message in messages
        if message.word("code_challenge_method") in ("", "plain")
        for sighting in message.sightings
        if sighting.place == "query.code_challenge"
    }


def means(artifacts: Mapping[Key, Json], ledger: Ledger, bare: set[Key], needs_secret: bool) -> str:
    """Say what somebody could do who knows these artifacts, and nothing else; a bare challenge is a verifier."""
    # With PKCE a code alone opens nothing, which is the whole point of it (RFC 7636 §1).
    challenged = any(kind == "challenge" for kind, _ in ledger.rows)
    alive = {kind for kind, digest in artifacts if not ledger.is_spent((kind, digest))}
    alive |= {"verifier"} if bare & artifacts.keys() else set()
    ever = {kind for kind, _ in artifacts}
    able = [
        words
        for words, can in (
            ("sign in as the person, for ever", "password" in alive),
            ("go on in the person's session", "session" in alive),
            ("ask the bank in the client's place until the access token ends", "access_token" in alive),
            ("get new tokens", "refresh_token" in alive and ("client_secret" in alive or not needs_secret)),
            ("redeem the code for a token", can_redeem(alive, challenged, needs_secret)),
        )
        if can
    ]
    if able:
        return f"It could {', and '.join(able)}."
    return useless(ever, alive, challenged, needs_secret)


def can_redeem(alive: set[str], challenged: bool, needs_secret: bool) -> bool:
    """Whether a code that is still good can be redeemed: with the secret and the verifier, where they are asked for."""
    proven = "client_secret" in alive or not needs_secret
    return "code" in alive and proven and ("verifier" in alive or not challenged)


def useless(ever: set[str], alive: set[str], challenged: bool, needs_secret: bool) -> str:
    """Say why what was read opens nothing."""
    # From here on it can do nothing, and the sentence says what is in its way.
    if not ever:
        return "It has read no secret yet."
    if "code" in alive:
        lacks = {
            "the verifier": challenged and "verifier" not in alive,
            "the client's secret": needs_secret and "client_secret" not in alive,
        }
        missing = " and ".join(proof for proof, missed in lacks.items() if missed)
        return f"It has the code, and cannot redeem it: {missing} never came this way."
    if ever & {"access_token", "refresh_token"}:
        return "The tokens that it has read are revoked or replaced: they open nothing any more."
    if "code" in ever:
        return "It has the code, which is spent, and it never saw a token."
    return "Nothing that it has read opens anything by itself."
