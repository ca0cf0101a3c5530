"""What ties messages together: a flow is a connected component over per-transaction artifacts (RFC 6749 §4.1)."""

from collections.abc import Iterator

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.decode import address, fingerprint, s256
from classroom.derive.reading.places import CHOSEN_BY_CLIENTS, JOINS, SHORTEST_THAT_JOINS
from classroom.derive.reading.reading import Reading
from wire.message import Note

Key = tuple[str, ...]
TOKENS = ("access_token", "refresh_token", "id_token", "token")
JARS = ("cookie.", "set-cookie.")  # the browser sends these along, whatever the request is about


def keys(reading: Reading) -> Iterator[Key]:
    """Return the knots of an entry: whatever else has one of them belongs to the same flow."""
    entry = reading.entry
    for sighting in reading.sightings:
        # A short `state` may be used by everybody, and would tie all their flows into one.
        common = sighting.kind in CHOSEN_BY_CLIENTS and len(sighting.value) < SHORTEST_THAT_JOINS
        if sighting.kind in JOINS and not common and not sighting.place.startswith(JARS):
            for key in knots(reading, sighting):
                yield (entry.world, *key)
    if isinstance(entry, Note) and (fingerprint_of_code := entry.details.get("code_sha256")):
        yield entry.world, "code", str(fingerprint_of_code)  # a page tells of a code without telling it


def knots(reading: Reading, sighting: Sighting) -> Iterator[Key]:
    if sighting.kind == "state":
        # Two clients may happen to choose the same `state`, so it joins only within one client's messages.
        for owner in owners(reading):
            yield "state", sighting.fingerprint, owner
    elif sighting.kind == "verifier":  # what the client shows is what it hashed, or, by `plain`, what it showed before
        yield "challenge", fingerprint(s256(sighting.value))
        yield "challenge", sighting.fingerprint
    else:
        yield "token" if sighting.kind in TOKENS else sighting.kind, sighting.fingerprint


def owners(reading: Reading) -> Iterator[str]:
    """Return whose `state` it is: the client's, named by its id or by the redirect URI of the response."""
    for name in ("client_id", "redirect_uri"):
        if isinstance(owner := reading.facts.get(name), str):
            yield address(owner)[0]
    if reading.is_request and reading.entry.party != "auth":
        yield reading.entry.origin + reading.target.path
    for location in reading.locations[:1]:
        yield location.path
