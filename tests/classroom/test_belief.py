"""What the classroom cannot believe is a gap, whatever it is, and takes nobody else's messages along."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from classroom.observer import Place
from tests.classroom.room import Room, events_in, open_room, until
from tests.support.streams import append, append_fields, fields_of
from wire.message import Entry, Gap, Held, Note, Request, Response, from_fields, to_fields
from wire.streams import order

Fields = dict[str, Any]
PLACE: dict[str, Any] = {
    "party": "bank",
    "origin": "http://bank.localhost:9001",
    "exchange": "e1",
    "at": 1_790_000_000.0,
}
ENTRIES: tuple[Entry, ...] = (
    Request(
        **PLACE, method="POST", target="/transfers?a=b", headers=(("Content-Type", "application/json"),), body=b"{}"
    ),
    Response(**PLACE, status=200, reason="OK", headers=(("Content-Type", "text/plain"),), body=b"well", length=4),
    Note(**PLACE, what="it looked", details={"state": "s"}),
    Gap(**PLACE, lost=3),
    Held(**PLACE, what="request", until=1_790_000_120.0, method="POST", target="/transfers"),
)
DEEP = "[" * 100_000
LAST = 2**64 - 1
NOT_BELIEVED: list[tuple[int, Fields]] = [
    *((0, {"at": at}) for at in ("nan", "inf", "-inf", "-1", "1e18", str(time.time() + 9e6), "x", "", "9" * 5000)),
    *((0, {"kind": kind}) for kind in ("x", "", "\ud800", "Request")),
    *((0, {"party": party}) for party in ("auth", "budget", "", "\ud800", "bank\0")),
    *((0, {"origin": origin}) for origin in ("http://auth.localhost:9000", "http://labs.localhost:9100")),
    *((0, {"world": world}) for world in ("mix-up", "\ud800")),
    *((0, {"headers": text}) for text in (DEEP, "{}x", '{"a": 1}', "[[1, 2]]", '[["a"]]', "null", "[1]", '["ab", 1]')),
    *((0, {"length": length}) for length in ("-1", "1e3", str(2**70), "9" * 5000, "nan")),
    *((0, {"headers_left_out": left_out}) for left_out in ("-1", "x")),
    *((0, {"exchange": name}) for name in ("../../x", "x" * 65, "<b>", "\ud800")),
    *((0, {name: "x" * 2**20}) for name in ("body", "target", "another")),
    *((1, {"status": status}) for status in ("0", "-200", "99", "1000", "200.0", "")),
    *((2, {"details": text}) for text in (DEEP, "[]", '{"a": 1}', '{"a": {"b": "c"}}', "null", "x")),
    *((3, {"lost": lost}) for lost in ("-1", "nan", str(2**60), "x")),
    *((4, {"until": moment}) for moment in ("nan", "inf", "-1", "1e18")),
    *((4, {"cause": name}) for name in ("../x", "\ud800")),
]


@pytest.fixture
def room(valkey: str) -> Iterator[Room]:
    redis.Redis.from_url(valkey).flushdb()
    with open_room(valkey) as room:
        yield room


def kinds(room: Room) -> list[str]:
    return [message["kind"] for message in room.get("/api/messages")["messages"]]


def test_what_no_recorder_can_have_written_is_a_gap_of_its_writers(room: Room) -> None:
    written = [append_fields(room.redis, "bank", changed(ENTRIES[number], more)) for number, more in NOT_BELIEVED]
    whole = fields_of(ENTRIES[0])
    missing = [
        {name: value for name, value in whole.items() if name != left_out} for left_out in ("at", "party", "method")
    ]
    written += [append_fields(room.redis, "bank", fields) for fields in missing]
    room.catch_up()
    told = room.get("/api/messages?limit=1000")["messages"]
    assert [each["id"] for each in told] == written
    assert {(each["kind"], each["party"], each["lost"]) for each in told} == {("gap", "bank", 1)}
    shown(room)
    assert kinds(room) == ["gap"] * len(written)


def changed(entry: Entry, more: Fields) -> Fields:
    fields = fields_of(entry) | more
    return {
        name: value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        for name, value in fields.items()
    }


def shown(room: Room) -> None:
    """Hold that every page and every export of it is there."""
    paths = ["/", "/wire", "/wire/present", "/wire/compare", "/api/flows", "/api/messages?brief", "/api/brake"]
    paths += [f"/api/messages/{entry_id}" for entry_id in room.observer.ids]
    for flow in room.get("/api/flows")["flows"]:
        name = flow["id"]
        paths += [f"/api/flows/{name}{what}" for what in ("", "/custody", "/eavesdropper")]
        paths += [f"/api/flows/{name}/export.{form}" for form in ("har", "md", "mmd", "svg")]
    for path in paths:
        answer = room.ask("GET", path)
        assert answer.status_code == 200, (path, answer.text)
        if answer.mimetype == "application/json":
            json.loads(answer.text, parse_constant=pytest.fail)  # NaN is no JSON, and a browser's reader stops at it
    for entry_id in room.observer.ids:
        assert room.ask("GET", f"/api/messages/{entry_id}/curl").status_code < 500


def test_the_labs_speak_of_their_worlds_alone(room: Room) -> None:
    here = {"origin": "http://bank-mix-up.localhost:9100", "world": "mix-up"}
    append_fields(room.redis, "labs", changed(ENTRIES[0], here))
    for more in (
        {"world": ""},
        {"world": "another"},
        {"world": "x/y"},
        {"party": "classroom"},
        {"origin": "http://bank.localhost:9001"},
    ):
        append_fields(room.redis, "labs", changed(ENTRIES[0], here | more))
    room.catch_up()
    assert kinds(room) == ["request"] + ["gap"] * 5


def test_nobody_answers_in_anothers_exchange_or_lets_go_of_what_another_holds(room: Room) -> None:
    held = Held(party="auth", exchange="e7", at=1.0, until=4e9, what="request", method="POST", target="/token")
    lie = replace(held, party="bank", action="go")
    answer = Response(party="bank", exchange="e7", at=2.0, status=200)
    room.write(
        held,
        lie,
        answer,
        replace(answer, exchange="e8"),
        Held(**PLACE | {"exchange": "e9"}, what="redirect", until=9.0, cause="e7"),
    )
    assert kinds(room) == ["held", "gap", "gap", "response", "gap"]
    assert list(room.observer.held) == ["e7"] and room.observer.held["e7"].party == "auth"


def test_what_is_not_believed_is_never_sent_again(room: Room) -> None:
    lie = replace(ENTRIES[0], party="auth", origin="http://auth.localhost:9000")
    name = append_fields(room.redis, "bank", changed(lie, {}))
    room.catch_up()
    assert room.ask("POST", "/api/send-again", json={"message": name}).status_code == 400
    assert room.get("/api/flows")["flows"] == []


@pytest.mark.parametrize("last", [f"{LAST}-{LAST}", f"{LAST}-0", f"{2**63}-1"])
@pytest.mark.parametrize("trimmed", [{}, {"maxlen": 0, "approximate": False}], ids=["kept", "trimmed"])
def test_a_stream_that_takes_no_more_is_begun_anew(room: Room, last: str, trimmed: dict[str, Any]) -> None:
    before = room.write(*ENTRIES[:2])
    room.redis.xadd("wire:bank", fields_of(ENTRIES[2]), id=last, **trimmed)  # type: ignore[arg-type]
    until(lambda: not room.redis.exists("wire:bank"))
    until(lambda: len(room.observer.ids) == 3)
    others = append(room.redis, replace(ENTRIES[0], party="auth", origin="", exchange="e2"))
    room.redis.xadd("wire:bank", fields_of(replace(ENTRIES[0], exchange="e3")))  # type: ignore[arg-type]
    until(lambda: len(room.observer.ids) == 5)
    assert kinds(room) == ["request", "response", "gap", "request", "request"]
    assert room.observer.ids[:2] == before and others in room.observer.ids
    assert room.observer.ids == sorted(room.observer.ids, key=order)


def test_a_stream_that_ended_while_nobody_read_is_begun_anew(room: Room) -> None:
    room.reader.stop()
    for number in range(1200):
        room.redis.xadd("wire:bank", fields_of(ENTRIES[3]), id=f"{1_790_000_000_000 + number}-0")  # type: ignore[arg-type]
    room.redis.xadd("wire:bank", fields_of(ENTRIES[3]), id=f"{LAST}-{LAST}")  # type: ignore[arg-type]
    room.reader.start()
    until(lambda: len(room.observer.ids) == 1201)
    until(lambda: not room.redis.exists("wire:bank"))
    [*_, gap] = room.get("/api/messages?newest=1")["messages"]
    assert (gap["kind"], gap["lost"], gap["party"]) == ("gap", 1, "bank")


def has_read_more_than(room: Room, number: int) -> bool:
    return len(room.observer.ids) > number


def test_made_up_ids_move_nobody_elses_messages(room: Room) -> None:
    """Dated back, or with a number that no millisecond has: they get ids behind what was read."""
    first = room.write(replace(ENTRIES[0], party="auth", origin=""))
    for read, stream_id in enumerate(("5-0", f"1700000000000-{LAST}"), start=1):
        room.redis.xadd("wire:bank", fields_of(ENTRIES[3]), id=stream_id)  # type: ignore[arg-type]
        until(partial(has_read_more_than, room, read))
    last = room.write(replace(ENTRIES[1], party="auth", origin=""))
    until(lambda: len(room.observer.ids) == 4)
    assert [room.observer.ids[0], room.observer.ids[-1]] == [*first, *last]
    assert room.observer.ids == sorted(room.observer.ids, key=order)
    assert [each["id"] for each in room.get(f"/api/messages?after={first[0]}")["messages"]] == room.observer.ids[1:]


def test_a_clock_that_was_set_back_begins_everything_anew(room: Room) -> None:
    """Else the labs would ask behind an id that is before all that was read, and get what was long ago."""
    room.write(*ENTRIES[:2])
    generation = room.observer.generation
    room.reader.newest = (int(time.time() * 1000) + 3_600_000, 1)
    until(lambda: room.observer.generation > generation)
    last = room.write(replace(ENTRIES[0], exchange="e2"))
    assert room.observer.ids[-1:] == last and len(room.observer.ids) == 3


def test_the_order_is_the_same_for_every_reader(room: Room, valkey: str) -> None:
    for number in range(300):
        for party in ("auth", "bank", "budget", "balance"):
            room.redis.xadd(f"wire:{party}", fields_of(Gap(party=party, at=1.0, lost=number)))  # type: ignore[arg-type]
    until(lambda: len(room.observer.ids) == 1200)
    with open_room(valkey) as another:
        assert another.observer.ids == room.observer.ids


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.one_of(
    st.binary(max_size=20),
    texts.map(str.encode),
    st.integers().map(lambda number: str(number).encode()),
    st.floats().map(lambda number: str(number).encode()),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(
        [
            b"auth",
            b"bank",
            b"labs",
            b"mix-up",
            b"/token",
            b"/authorize?code=1",
            b"POST",
            b"//[",
            b"http://[",
            b"1e400",
            DEEP.encode(),
        ]
    ),
)
names = st.sampled_from(
    sorted(
        {name for entry in ENTRIES for name in fields_of(entry)}
        | {"world", "cause", "action", "reason", "protocol", "address"}
    )
)
made_up = st.tuples(
    st.sampled_from(ENTRIES),
    st.dictionaries(names, values, max_size=4),
    st.sets(names, max_size=2),
)


def raw(entry: Entry) -> dict[bytes, bytes]:
    """Return fields as Redis gives them back."""
    return {
        name.encode(): value if isinstance(value, bytes) else str(value).encode()
        for name, value in fields_of(entry).items()
    }


@given(entry=st.sampled_from(ENTRIES), text=texts, body=st.binary(max_size=30), at=st.floats(0, 2e9))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_what_a_recorder_writes_is_read_back_as_it_was(entry: Entry, text: str, body: bytes, at: float) -> None:
    fills: dict[str, Any] = {
        "target": text,
        "reason": text,
        "what": text,
        "body": body,
        "headers": ((text, text),),
        "details": {text: text},
    }
    entry = replace(entry, at=at, **{name: value for name, value in fills.items() if hasattr(entry, name)})
    assert (
        from_fields(
            "",
            {
                name.encode(): str(value).encode() if not isinstance(value, bytes) else value
                for name, value in to_fields(entry).items()
            },
        )
        == entry
    )


@pytest.fixture(scope="module")
def quiet_room(valkey: str) -> Iterator[Room]:
    """A room that reads what it is handed, and no stream."""
    redis.Redis.from_url(valkey).flushdb()
    with open_room(valkey) as room:
        room.reader.stop()
        yield room


@given(st.lists(st.tuples(st.sampled_from(["auth", "bank", "labs"]), made_up), min_size=1, max_size=5))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_whatever_a_writer_makes_up_every_page_is_there(quiet_room: Room, entries: list[Any]) -> None:
    room = quiet_room
    room.observer.begin_anew()
    room.observer.add(
        [
            room.reader.read(writer, f"{1_795_000_000_000 + number}-1", 1_795_000_000.0, fields_made_up(writer, *rest))
            for number, (writer, rest) in enumerate(entries)
        ]
    )
    assert len(room.observer.ids) == len(entries)
    shown(room)
    _, text = room.app.extensions["broadcast"].news(Place(0, room.observer.generation, -1))
    told = [event["id"] for event in events_in(text) if event["event"] == "message" and event["id"]]
    assert told == room.observer.ids


def fields_made_up(writer: str, entry: Entry, more: dict[str, bytes], missing: set[str]) -> dict[bytes, bytes]:
    """Return an entry's fields under the writer's own name, some of them others, some of them absent."""
    world: dict[str, Any] = {"world": "mix-up", "origin": ""} if writer == "labs" else {"origin": "", "party": writer}
    fields = raw(replace(entry, **world)) | {name.encode(): value for name, value in more.items()}
    return {name: value for name, value in fields.items() if name.decode() not in missing}
