"""Custody: after each message, who holds what; and a breach at the message in which it happened (RFC 9700 §3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from classroom.derive.custody.moves import Move, moves
from classroom.derive.custody.rules import Rule, never, verdict
from classroom.derive.custody.spending import Key, Spending
from classroom.derive.reading.book import Book
from classroom.derive.reading.decode import names_set
from classroom.derive.reading.message import Message, sender_of
from classroom.derive.reading.sign_in import proven_password
from wire.message import Request, Response

Json = dict[str, Any]

# How a holder keeps what it gets: what is not in the table is held as it is.
KEEPS = {
    ("auth", "password"): "hashed",
    ("auth", "client_secret"): "hashed",
    ("auth", "code"): "hashed",
    ("auth", "access_token"): "hashed",
    ("auth", "refresh_token"): "hashed",
    ("auth", "state"): "passed",
    ("auth", "verifier"): "passed",
    ("auth", "id_token"): "passed",
    ("bank", "access_token"): "passed",
}
PASSING = ("address", "page", "host")  # places in a browser, or at a page's host, through which things only pass
STRENGTH = {"passed": 0, "hashed": 1, "holds": 2}


@dataclass(slots=True)
class Cell:
    """What one holder has of one artifact, where, and since which message."""

    how: str
    since: str
    places: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Ledger:
    """Who holds what so far; messages are taken in the order of time."""

    origins: Mapping[str, str]
    book: Book
    rows: dict[Key, dict[str, Cell]] = field(default_factory=dict)
    holders: dict[str, None] = field(default_factory=dict)
    first_breaches: dict[tuple[str, str, Key], tuple[Rule, str, str]] = field(default_factory=dict)
    addressed: dict[str, str] = field(default_factory=dict)  # fingerprint of a code → the redirect URI it was sent to
    proven: set[Key] = field(default_factory=set)  # passwords that opened the door: a wrong one is nobody's
    known: tuple[int, int] = (0, 0)
    spending: Spending = field(init=False)

    def __post_init__(self) -> None:
        self.known, self.spending = self.corrections(), Spending(self.book)

    def corrections(self) -> tuple[int, int]:
        return self.book.corrections, len(self.origins)

    def is_good_still(self) -> bool:
        """Whether nothing that was written here has turned out otherwise since."""
        return self.known == self.corrections()

    def take_all(self, messages: Iterable[Message]) -> "Ledger":
        for message in messages:
            # First who has it now, then what it was good for: a code that is redeemed here was good when it was sent.
            for move in moves(message, self.origins):
                self.take(self.astray(move, message), message.id)
            self.take_from_the_jar(message)
            self.spending.settle(message)
            self.proven.update(self.key(sighting) for sighting in proven_password(message))
        return self

    def take_from_the_jar(self, message: Message) -> None:
        """A cookie that is set anew, or ended, takes the place of the one that the browser had (RFC 6265 §5.3)."""
        entry, request = message.entry, message.exchange.request
        if (
            not isinstance(entry, Response)
            or request is None
            or sender_of(message.exchange, self.origins).id != "browser"
        ):
            return
        gone = {f"cookie.{name}" for name in names_set(entry.headers)}
        kept = {sighting.fingerprint for sighting in message.sightings if sighting.place.startswith("set-cookie.")}
        for sighting in request.sightings:
            cell = self.rows.get(self.key(sighting), {}).get("browser")
            if sighting.place in gone and sighting.fingerprint not in kept and cell is not None:
                cell.places.pop("cookies", None)
                cell.how = cell.how if cell.places else "passed"

    def astray(self, move: Move, message: Message) -> Move:
        """Note where a code is to go; where it comes to another URL, say so in its place."""
        entry = message.entry
        if move.sighting.kind != "code" or move.holder != entry.party:
            return move
        # The first response decides: an attacker who replays it to another URL must not move the goal.
        if isinstance(entry, Response) and entry.party == "auth":
            self.addressed.setdefault(move.sighting.fingerprint, location_of(message))
        elif isinstance(entry, Request) and entry.party != "auth" and move.sighting.place == "query.code":
            here = entry.origin + message.exchange.path
            if self.addressed.get(move.sighting.fingerprint, here) != here:
                return replace(move, place="astray")
        return move

    def take(self, move: Move, message_id: str) -> None:
        """Write one move down, and hold it against the rules."""
        key = self.key(move.sighting)
        how = keeps(move.holder, key[0], move.place)
        self.holders[move.holder] = None
        cell = self.rows.setdefault(key, {}).setdefault(move.holder, Cell(how, message_id))
        # Who has once held a secret holds it, even if it only passes through later on.
        if STRENGTH[how] > STRENGTH[cell.how]:
            cell.how = how
        cell.places[move.place] = None
        rule = verdict(move.holder, key[0], move.place)
        if not rule.may:
            # Only the first time is kept: what leaked stays leaked, and each repetition would hide where it began.
            self.first_breaches.setdefault((rule.name, move.holder, key), (rule, move.place, message_id))

    @property
    def breaches(self) -> list[Json]:
        """Return every breach at the message in which it happened first."""
        return [
            {
                "rule": name,
                "holder": holder,
                "artifact": self.artifact(key),
                "why": rule.why,
                "section": rule.section,
                "place": place,
                "message": message_id,
            }
            for (name, holder, key), (rule, place, message_id) in self.first_breaches.items()
        ]

    def is_spent(self, key: Key) -> bool:
        return key in self.spending.over

    def key(self, sighting: Any) -> Key:
        return self.book.kind(sighting), sighting.fingerprint

    def artifact(self, key: Key) -> Json:
        return {"kind": key[0], "fingerprint": key[1], "label": self.book.label(*key)}

    def to_json(self, holders: Iterable[str] = ()) -> Json:
        """Return the table: a row for each artifact, in it what each holder has, or that it must never have it."""
        columns = [*dict.fromkeys([*holders, *self.holders, "attacker"])]
        return {
            "rows": [{"artifact": self.artifact(key), "holders": self.row(key, columns)} for key in self.rows],
            "breaches": self.breaches,
        }

    def row(self, key: Key, holders: list[str]) -> Json:
        cells: Json = {
            holder: {"how": "never", "places": [], "since": None, "why": rule.why, "section": rule.section}
            for holder in holders
            if (rule := never(holder, key[0]))
        }
        for holder, cell in self.rows[key].items():
            how = self.how(holder, cell, key)
            cells[holder] = {"how": how, "places": list(cell.places), "since": cell.since}
        return cells

    def how(self, holder: str, cell: Cell, key: Key) -> str:
        """Say how somebody holds something by now: a password is one only after a sign-in that worked."""
        # A wrong guess is no secret of anybody's, so it must not be shown as one that Alice has.
        if key[0] == "password" and holder in ("person", "auth") and key not in self.proven:
            return "passed"
        return "spent" if cell.how != "passed" and self.is_spent(key) else cell.how


def keeps(holder: str, kind: str, place: str) -> str:
    """Say how somebody keeps what is seen at a place of theirs."""
    if place in PASSING and not (holder == "balance" and place == "page"):
        return "passed"
    if (holder, kind) == ("bank", "client_secret") or holder not in ("auth", "bank"):
        return "holds"
    return KEEPS.get((holder, kind), "holds")


def location_of(message: Message) -> str:
    """Return the URL that a redirect leads to, without what it carries."""
    locations = message.reading.locations
    return locations[0].path if locations else ""
