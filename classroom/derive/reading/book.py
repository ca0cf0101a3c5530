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
        for sighting in message.sightings:
            key = (message.entry.world, group(sighting.kind), sighting.fingerprint)
            record = self.records.get(key)
            if record is None:
                self.records[key] = Record(sighting.kind, sighting.fingerprint, message, message)
                alike = self.alike.setdefault((group(sighting.kind), sighting.fingerprint[:FINGERPRINT]), set())
                alike.add(sighting.fingerprint)
            elif message.order < record.first.order:
                record.first = message
            elif record.last.order < message.order:
                record.last = message
            if sighting.kind in KINDS and sighting.place.startswith(TELLING):
                self.tell(sighting, record)

    def tell(self, sighting: Sighting, record: Record | None) -> None:
        """Note what kind of token it is, which a form may have left open before."""
        self.corrections += record is not None and self.kind(seen_as(record)) != sighting.kind
        self.kinds[sighting.fingerprint] = min(sighting.kind, self.kinds.get(sighting.fingerprint, sighting.kind))

    def kind(self, sighting: Sighting) -> str:
        """Return what an artifact is: a form says `token`, the response that issued it says which."""
        if group(sighting.kind) != "token":
            return sighting.kind
        return kind_of(self.kinds.get(sighting.fingerprint, sighting.kind))

    def label(self, kind: str, fingerprint: str) -> str:
        """Return the first digits of the fingerprint, as many as tell it from all others of its kind."""
        length = FINGERPRINT
        # Two secrets with the same first digits would look like one secret that is in two places.
        for other in self.alike.get((group(kind), fingerprint[:FINGERPRINT]), ()):
            while other != fingerprint and other[:length] == fingerprint[:length]:
                length += 1
        return fingerprint[:length]

    def artifact(self, sighting: Sighting) -> Artifact:
        kind = self.kind(sighting)
        return Artifact(kind, sighting.fingerprint, self.label(kind, sighting.fingerprint))

    def record(self, world: str, sighting: Sighting | Artifact) -> Record:
        return self.records[world, group(sighting.kind), sighting.fingerprint]


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
