"""What ties messages together: a flow is a connected component over per-transaction artifacts (RFC 6749 §4.1)."""

from collections.abc import Iterator

from classroom.derive.reading.artifacts import Scan, Sighting
from classroom.derive.reading.decode import address, fingerprint, header, s256
from classroom.derive.reading.places import CHOSEN_BY_CLIENTS, JOINS, SHORTEST_THAT_JOINS
from wire.message import Entry, Note, Request, Response

Key = tuple[str, ...]
TOKENS = ("access_token", "refresh_token", "id_token", "token")
JARS = ("cookie.", "set-cookie.")  # the browser sends these along, whatever the request is about


def keys(entry: Entry, scan: Scan) -> Iterator[Key]:
    """Return the knots of an entry: whatever else has one of them belongs to the same flow."""
    for seen in scan.sightings:
        common = seen.kind in CHOSEN_BY_CLIENTS and len(seen.value) < SHORTEST_THAT_JOINS
        if seen.kind in JOINS and not common and not seen.place.startswith(JARS):
            for key in knots(entry, scan, seen):
                yield (entry.world, *key)
    if isinstance(entry, Note) and (fingerprint_of_code := entry.details.get("code_sha256")):
        yield entry.world, "code", str(fingerprint_of_code)  # a page tells of a code without telling it


def knots(entry: Entry, scan: Scan, seen: Sighting) -> Iterator[Key]:
    if seen.kind == "state":
        for whose in owners(entry, scan):
            yield "state", seen.fingerprint, whose
    elif seen.kind == "verifier":  # what the client shows is what it hashed, or, by `plain`, what it showed before
        yield "challenge", fingerprint(s256(seen.value))
        yield "challenge", seen.fingerprint
    else:
        yield "token" if seen.kind in TOKENS else seen.kind, seen.fingerprint


def owners(entry: Entry, scan: Scan) -> Iterator[str]:
    """Return whose `state` it is: the client's, named by its id or by the address that the answer goes to."""
    for name in ("client_id", "redirect_uri"):
        if isinstance(whose := scan.facts.get(name), str):
            yield address(whose)[0]
    if isinstance(entry, Request) and entry.party != "auth":
        yield entry.origin + address(entry.target)[0]
    if isinstance(entry, Response) and (location := header(entry.headers, "location")):
        yield address(location)[0]
