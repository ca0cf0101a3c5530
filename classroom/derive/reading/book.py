"""The book of artifacts: where each was seen, first and last, and the label by which people know it."""

from dataclasses import dataclass, field

from classroom.derive.reading.artifacts import FINGERPRINT, Artifact, Sighting
from classroom.derive.reading.message import Message


@dataclass(slots=True)
class Record:
    """One artifact and its first and last message."""

    kind: str
    fingerprint: str
    first: Message
    last: Message


@dataclass(slots=True)
class Book:
    """All artifacts of a conversation, by world and fingerprint; a label is unique within its kind."""

    records: dict[tuple[str, str, str], Record] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # of tokens, by fingerprint, where a message told the kind
    corrections: int = 0  # how often a kind that had been told already turned out to be another
    alike: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # fingerprints with the same first digits

    def take(self, message: Message) -> None:
        for seen in message.sightings:
            key = (message.entry.world, group(seen.kind), seen.fingerprint)
            record = self.records.get(key)
            if record is None:
                self.records[key] = Record(seen.kind, seen.fingerprint, message, message)
                self.alike.setdefault((group(seen.kind), seen.fingerprint[:FINGERPRINT]), set()).add(seen.fingerprint)
            elif message.order < record.first.order:
                record.first = message
            elif record.last.order < message.order:
                record.last = message
            if seen.kind in KINDS and seen.place.startswith(TELLING):
                self.tell(seen, record)

    def tell(self, seen: Sighting, record: Record | None) -> None:
        """Note what kind of token it is, which a form may have left open before."""
        self.corrections += record is not None and self.kind(seen_as(record)) != seen.kind
        self.kinds[seen.fingerprint] = min(seen.kind, self.kinds.get(seen.fingerprint, seen.kind))

    def kind(self, seen: Sighting) -> str:
        """Return what an artifact is: a form says `token`, the answer that issued it says which."""
        return kind_of(self.kinds.get(seen.fingerprint, seen.kind)) if group(seen.kind) == "token" else seen.kind

    def label(self, kind: str, fingerprint: str) -> str:
        """Return the first digits of the fingerprint, as many as tell it from all others of its kind."""
        length = FINGERPRINT
        for other in self.alike.get((group(kind), fingerprint[:FINGERPRINT]), ()):
            while other != fingerprint and other[:length] == fingerprint[:length]:
                length += 1
        return fingerprint[:length]

    def artifact(self, seen: Sighting) -> Artifact:
        kind = self.kind(seen)
        return Artifact(kind, seen.fingerprint, self.label(kind, seen.fingerprint))

    def record(self, world: str, seen: Sighting | Artifact) -> Record:
        return self.records[world, group(seen.kind), seen.fingerprint]


def seen_as(record: Record) -> Sighting:
    return Sighting(record.kind, record.fingerprint, "", "")


KINDS = ("access_token", "refresh_token")
TELLING = ("json.", "location.fragment.", "form.refresh_token")  # places that say what kind of token they hold


def group(kind: str) -> str:
    """Return the kind under which an artifact is filed: tokens of every kind together."""
    return "token" if kind in ("access_token", "refresh_token", "token") else kind


def kind_of(kind: str) -> str:
    """Return a kind for people: a token of which nothing is known is taken for an access token."""
    return "access_token" if kind == "token" else kind
