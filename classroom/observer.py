"""What the classroom has seen: one conversation per process, and the log of changes that listeners follow."""

import logging
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

from classroom.derive.conversation import Conversation
from wire.held_time import LONGEST
from wire.message import Entry, Gap, Held, Request, Response, name_of
from wire.streams import order

Change = tuple[str, str]  # `message` or `flow`, and its id
Told = tuple[Change, str]  # a change, and the entry's id where it closes an entry's turn
START = "0-0"
AT_A_TIME = 500  # entries taken in before somebody who asks has a turn
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """How far a listener has heard; it keeps nothing else, however slow it is."""

    cursor: int  # entries of the log
    generation: int  # of the conversation, which begins anew when the streams were emptied
    step_changes: int  # of step mode


class Observer:
    """Guards the conversation with one lock, and wakes those who listen to it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.grown = threading.Condition(self.lock)
        self.has_caught_up = threading.Event()  # with what the streams held when we began
        self.generation = 0
        self.step_changes = 0
        self.forget()

    def forget(self) -> None:
        """Begin with nothing seen."""
        self.conversation = Conversation()
        self.ids: list[str] = []  # of the entries, as they came
        self.changes: list[tuple[Change, ...]] = []  # what each of them changed
        self.versions: dict[Change, int] = {}  # the entry that changed it last
        self.held: dict[str, Held] = {}  # by exchange
        self.gaps: set[str] = set()  # by the names that their recorders gave them
        self.seen: dict[str, int] = {}  # messages by party, without those of the labs

    def begin_anew(self) -> None:
        """Forget everything, and have every listener told."""
        with self.grown:
            self.forget()
            self.generation += 1
            self.grown.notify_all()

    def add(self, entries: Sequence[Entry]) -> None:
        """Take entries in, and wake the listeners."""
        with self.grown:
            for entry in entries:
                self.take_in(entry)
            self.grown.notify_all()

    def keep(self, most: int) -> None:
        """Begin anew with the newer half, where our copy has grown larger than `most`."""
        with self.lock:
            if len(self.ids) <= most:
                return
            known = self.conversation.known
            kept = [known[name].entry for name in self.ids[-(most // 2) :] if name in known]
        self.begin_anew()
        for start in range(0, len(kept), AT_A_TIME):
            self.add(kept[start : start + AT_A_TIME])

    def take_in(self, entry: Entry) -> None:
        """Note what an entry changed, in the order of the wire."""
        if self.is_in_another_ones_exchange(entry):
            log.warning("entry %s names an exchange that is not its party's", entry.id)
            entry = Gap(id=entry.id, party=entry.party, world=entry.world, at=entry.at, lost=1)
        if isinstance(entry, Gap) and entry.name:
            missing = self.missing(entry)
            if not missing:
                return
            entry = replace(entry, lost=missing, name="", in_doubt=())
        try:
            events = self.conversation.add(entry)
        except Exception:  # whatever it is: one entry must not keep the others from being seen
            log.exception("entry %s could not be taken in", entry.id)
            return
        changes = dict.fromkeys((event["type"], event["id"]) for event in events)
        self.versions.update(dict.fromkeys(changes, len(self.ids)))
        self.ids.append(entry.id)
        self.changes.append(tuple(changes))
        if isinstance(entry, Request | Response) and not entry.world:
            self.seen[entry.party] = self.seen.get(entry.party, 0) + 1
        if isinstance(entry, Held):
            self.held.pop(entry.exchange, None)
            if not entry.action:
                self.held[entry.exchange] = entry
            self.step_changes += 1

    def missing(self, gap: Gap) -> int:
        """Return how many of a gap's entries are not there: none, where the same gap was written before."""
        if gap.name in self.gaps:
            return 0
        self.gaps.add(gap.name)
        # What was written late stands before the gap in the same stream, so it has been taken in.
        named = {name.partition(":")[0] for name in gap.in_doubt} & self.conversation.exchanges.keys()
        there = {name_of(message.entry) for name in named for message in self.conversation.exchanges[name].messages}
        return gap.lost + len(set(gap.in_doubt) - there)

    def is_in_another_ones_exchange(self, entry: Entry) -> bool:
        """Whether an entry would put words into another party's mouth, as the answer to what that one received."""
        names = (entry.exchange, entry.cause if isinstance(entry, Held) else "")
        exchanges = [self.conversation.exchanges[name] for name in names if name in self.conversation.exchanges]
        return any((known.party, known.world) != (entry.party, entry.world) for known in exchanges)

    def wake(self) -> None:
        """Let all who wait look around."""
        with self.grown:
            self.grown.notify_all()

    def step_mode_changed(self) -> None:
        """Wake the listeners, because step mode was switched on or off."""
        with self.grown:
            self.step_changes += 1
            self.grown.notify_all()

    @contextmanager
    def reading(self) -> Iterator[Conversation]:
        """Lend the conversation; nothing is added meanwhile."""
        with self.lock:
            yield self.conversation

    def newest(self) -> str:
        """Return the id of the newest entry."""
        with self.lock:
            return self.ids[-1] if self.ids else START

    def newest_ids(self, limit: int, world: str | None = None) -> list[str]:
        """Return the ids of the newest entries, the oldest of them first; of one world, where one is named."""
        with self.lock:
            if world is None:
                return self.ids[-limit:]
            return list(islice(self.of_world(reversed(self.ids), world), limit))[::-1]

    def of_world(self, ids: Iterable[str], world: str) -> Iterator[str]:
        """Yield those ids whose entries are of a world; the secure parties' world has no name."""
        known = self.conversation.known
        return (name for name in ids if name in known and known[name].entry.world == world)

    def cursor_behind(self, entry_id: str) -> int | None:
        """Return the place in the log behind an entry, nothing for one that our copy does not have."""
        with self.lock:
            cursor = bisect_right(self.ids, order(entry_id), key=order)
            known = cursor > 0 and self.ids[cursor - 1] == entry_id
            return cursor if known or order(entry_id) == (0, 0) else None

    def ids_behind(self, entry_id: str, limit: int) -> tuple[list[str], bool]:
        """Return the ids behind an id, and whether there are more than `limit`."""
        with self.lock:
            cursor = bisect_right(self.ids, order(entry_id), key=order)
            return self.ids[cursor : cursor + limit], len(self.ids) > cursor + limit

    def held_at(self, now: float) -> list[Held]:
        """Return what step mode holds, the oldest first; a time that nobody can be held for is not believed."""
        with self.lock:
            return [held for held in self.held.values() if held.at - 1 <= now < held.until <= held.at + LONGEST + 1]

    def wait(self, place: Place, seconds: float) -> None:
        """Return when there is more to hear than at `place`, or after some seconds."""
        with self.grown:
            if place == Place(len(self.ids), self.generation, self.step_changes):
                self.grown.wait(seconds)

    def told_between(self, start: int, end: int) -> Iterator[Told]:
        """Yield what changed, each once; an entry's own message comes last in its turn and alone carries the id.

        So a listener that breaks off within a turn is told the whole of it again.
        """
        sent: set[Change] = set()
        for entry_id, changes in zip(self.ids[start:end], self.changes[start:end], strict=True):
            own = ("message", entry_id)
            for change in changes:
                if change != own and change not in sent:
                    sent.add(change)
                    yield change, ""
            sent.add(own)
            yield own, entry_id
