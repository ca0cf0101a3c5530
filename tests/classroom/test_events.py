"""Live: what listeners hear, whatever happens to them, to Redis and to the stream."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
import requests

from classroom import views
from classroom.reader import Reader
from sandbox.settings import ROOT
from sandbox.supervisor import serve
from tests.classroom.room import Listener, Room, open_room, until
from tests.support.embedded_valkey import running_valkey
from tests.support.ports import free_port, is_listened_on
from tests.support.streams import append, append_fields
from wire.message import Entry, Gap, Held, name_of
from wire.serving import LAST_ANSWERS

Recorded = dict[str, list[Entry]]
GAP = {"kind": "gap", "party": "auth", "at": 1, "lost": 1}


@pytest.fixture
def entries(recorded: Recorded) -> list[Entry]:
    """Budget's whole journey, as the parties recorded it."""
    return recorded["budget"]


@pytest.fixture
def address(valkey: str, entries: list[Entry]) -> str:
    redis.Redis.from_url(valkey).flushdb()
    return valkey


@pytest.fixture
def room(address: str) -> Iterator[Room]:
    with open_room(address) as room:
        yield room


def test_what_happens_is_heard_at_once_and_in_order(room: Room, entries: list[Entry]) -> None:
    listener = room.listen()
    assert listener.next("hello")["data"] == {
        "version": 1,
        "newest": "0-0",
        "parties": ["auth", "bank", "budget", "balance"],
    }
    written = room.write(*entries)
    assert listener.until_message(written[-1]) == written


def test_a_new_listener_hears_what_comes_and_not_what_was(room: Room, entries: list[Entry]) -> None:
    newest = room.write(*entries[:10])[-1]
    listener = room.listen()
    hello = listener.next("hello")
    assert hello["id"] == hello["data"]["newest"] == newest
    written = room.write(*entries[10:])
    assert listener.until_message(written[-1]) == written


@pytest.mark.parametrize("broken_after", range(1, 30, 4))
def test_a_broken_listener_resumes_without_loss_or_repetition(
    room: Room, entries: list[Entry], broken_after: int
) -> None:
    first = room.listen()
    first.next("hello")
    written = room.write(*entries)
    heard = [first.next("message") for _ in range(broken_after)]
    first.close()
    resumed = room.listen(**{"Last-Event-ID": heard[-1]["id"]})
    assert [event["id"] for event in heard] + resumed.until_message(written[-1]) == written


def test_a_listener_that_reads_nothing_for_a_while_loses_nothing(room: Room, entries: list[Entry]) -> None:
    listener = room.listen()
    listener.next("hello")
    written = [entry_id for _ in range(20) for entry_id in room.write(*entries)]
    assert listener.until_message(written[-1]) == written


def test_what_a_listener_heard_adds_up_to_what_the_api_tells(room: Room, entries: list[Entry]) -> None:
    listener = room.listen("/api/events?after=0")
    known: dict[tuple[str, str], Any] = {}
    last = room.write(*entries)[-1]
    while ("message", last) not in known:
        event = listener.next("message", "flow")
        known[event["event"], event["data"]["id"]] = event["data"]
    flows = {name: told for (kind, name), told in known.items() if kind == "flow" and not told.get("gone")}
    assert flows == {flow["id"]: flow for flow in room.get("/api/flows")["flows"]}
    for message in room.get("/api/messages?limit=1000")["messages"]:
        told = known["message", message["id"]]
        words = told.pop("words")
        assert all(f"{each['name']} {each['value']}"[:50] in words for each in message.get("parameters", ())[:3])
        assert told.items() <= message.items()
        assert "headers" not in told and "body" not in told


def test_a_change_is_written_out_once_for_all(
    room: Room, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    listeners = [room.listen() for _ in range(5)]
    asked: list[tuple[str, str]] = []
    summary = views.summary
    monkeypatch.setattr(
        views, "summary", lambda conversation, *change: asked.append(change) or summary(conversation, *change)
    )
    written = room.write(*entries)
    for listener in listeners:
        assert listener.until_message(written[-1]) == written
    assert len(asked) == len(set(asked)) > len(written)


def test_silence_is_broken_by_heartbeats(address: str) -> None:
    with open_room(address, heartbeat=0.01) as room:
        listener = room.listen()
        assert any(next(listener.chunks) == b": still here\n\n" for _ in range(3))


def test_one_listener_too_many_is_told_to_come_back(address: str) -> None:
    with open_room(address, most_listeners=2) as room:
        first, _ = room.listen(), room.listen()
        refused = room.ask("GET", "/api/events")
        assert refused.status_code == 503 and refused.headers["Retry-After"]
        first.close()
        assert room.listen().next("hello")


def test_after_a_reset_everybody_begins_anew(room: Room, entries: list[Entry]) -> None:
    listener = room.listen()
    listener.next("hello")
    last = room.write(*entries[:10])[-1]
    listener.until_message(last)
    room.redis.flushdb()
    until(lambda: room.observer.newest() == "0-0")
    assert room.get("/api/flows")["flows"] == []
    assert listener.next("reset", "message")["event"] == "reset"
    written = room.write(*entries)
    assert listener.until_message(written[-1]) == written


def test_a_stream_that_was_replaced_between_two_looks_is_a_new_one(room: Room, entries: list[Entry]) -> None:
    room.write(*entries[:4])
    room.reader.stop()
    room.redis.flushdb()
    time.sleep(0.005)  # an id is a time and a number: within the same millisecond the new one could equal the old one
    written = [append_fields(room.redis, "auth", GAP) for _ in range(9)]
    room.reader.start()
    room.catch_up()
    assert room.observer.ids == written


def test_a_listener_whose_last_message_is_forgotten_is_told_to_begin_anew(room: Room, entries: list[Entry]) -> None:
    written = room.write(*entries)
    listener = room.listen(**{"Last-Event-ID": "1700000000000-5"})
    assert listener.next("reset", "message")["event"] == "reset"
    assert listener.until_message(written[-1]) == written


def test_a_listener_that_comes_back_before_we_have_read_forgets_nothing(
    address: str, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A classroom that has only just started knows nothing yet of what the listener heard."""
    with open_room(address) as before:
        heard = before.write(*entries[:10])
    read = Reader.catch_up
    monkeypatch.setattr(Reader, "catch_up", lambda reader: time.sleep(0.3) or read(reader))
    monkeypatch.setattr(Room, "catch_up", lambda room: None)
    with open_room(address) as room:
        listener = room.listen(**{"Last-Event-ID": heard[-1]})
        assert listener.next("hello")["data"]["newest"] == heard[-1]
        written = room.write(*entries[10:])
        assert listener.next("reset", "message")["event"] == "message"
        assert listener.until_message(written[-1])[-3:] == written[-3:]


def test_trimmed_entries_are_shown_as_a_gap(room: Room, entries: list[Entry]) -> None:
    bank = [entry for entry in entries if entry.party == "bank"][:5]
    before = room.write(*bank)
    room.reader.stop()
    for _ in range(3):
        written = [append_fields(room.redis, "bank", GAP | {"party": "bank"}) for _ in range(4)]
        room.redis.xtrim("wire:bank", maxlen=3, approximate=False)
    kept = written[1:]
    room.reader.start()
    room.catch_up()
    assert room.observer.ids[:5] == before and room.observer.ids[-3:] == kept
    [gap] = room.observer.ids[5:-3]
    found = room.get(f"/api/messages/{gap}")
    assert (found["kind"], found["lost"]) == ("gap", 9)


def test_a_gap_does_not_count_what_was_written_late_nor_twice(room: Room, entries: list[Entry]) -> None:
    there = [entry for entry in entries if entry.party == "bank"][:2]
    place: dict[str, Any] = {"party": "bank", "at": there[-1].at}
    names = tuple(name_of(entry) for entry in there)
    some, none = (Gap(name=name, lost=0, in_doubt=names, **place) for name in ("some", "none"))
    some = replace(some, lost=1, in_doubt=(*names, "elsewhere:request:"))
    for entry in (*there, some, none, some):
        append(room.redis, entry)
    room.write(there[0])
    [gap] = [each for each in room.get("/api/messages")["messages"] if each["kind"] == "gap"]
    assert gap["lost"] == 2


def test_an_entry_that_is_no_message_is_a_gap_and_stops_nobody(room: Room, entries: list[Entry]) -> None:
    for fields in (
        {"kind": "x"},
        {"no": "kind"},
        {"kind": "request", "headers": "[1"},
        {"kind": "response", "status": ""},
    ):
        append_fields(room.redis, "auth", fields)
    written = room.write(*entries)
    kinds = [message["kind"] for message in room.get("/api/messages")["messages"]]
    assert kinds[:4] == ["gap"] * 4
    assert room.observer.ids[4:] == written


def test_it_survives_redis_being_away(entries: list[Entry], tmp_path: Path) -> None:
    link = tmp_path / "redis.sock"
    with running_valkey() as real:
        client = redis.Redis.from_url(real)
        link.symlink_to(real.removeprefix("unix://"))
        with open_room(f"unix://{link}") as room:
            before = room.write(*entries[:6])
            listener = room.listen("/api/events?after=0")
            listener.until_message(before[-1])
            link.unlink()
            client.client_kill_filter(_type="normal")
            assert room.get("/readyz", 503)["status"] == "not ready"
            assert room.get("/healthz") == {"status": "alive"}
            assert len(room.get("/api/messages")["messages"]) == 6
            other = Room.write.__get__(Stand(client))
            written = other(*entries[6:])
            link.symlink_to(real.removeprefix("unix://"))
            assert listener.until_message(written[-1]) == written
            assert room.get("/readyz") == {"status": "ready"}


class Stand:
    """Writes to Redis past the classroom."""

    def __init__(self, client: redis.Redis) -> None:
        self.redis = client

    def catch_up(self) -> None:
        """The classroom cannot, now."""


def test_memory_is_bounded_and_the_newest_stay(address: str, entries: list[Entry]) -> None:
    with open_room(address, most_entries=40) as room:
        listener = room.listen()
        written = [entry_id for _ in range(5) for entry_id in room.write(*entries)]
        until(lambda: 20 <= len(room.observer.ids) <= 40)
        assert room.observer.ids == written[-len(room.observer.ids) :]
        assert listener.next("reset")["id"] == "0-0"
        assert listener.until_message(written[-1])[-20:] == written[-20:]


def test_step_mode_is_heard(room: Room) -> None:
    listener: Listener = room.listen()
    assert listener.next("brake")["data"]["on"] is False
    room.ask("PUT", "/api/brake", json={"on": True})
    assert listener.next("brake")["data"]["on"] is True
    now = time.time()
    held = Held(party="auth", exchange="e1", at=now, until=now + 60, what="request", method="POST", target="/token")
    room.write(held)
    assert [each["exchange"] for each in listener.next("brake")["data"]["held"]] == ["e1"]


def test_a_page_that_listens_keeps_no_server_from_its_end(address: str) -> None:
    """Whoever ends the process waits for what is under way, and a listener would be so for ever."""
    port = free_port()
    environment = {"CLASSROOM_REDIS_URL": address, "CLASSROOM_REDIS_USERNAME": "default"}
    environment |= {"SANDBOX_CLASSROOM_PORT": str(port)}
    server = subprocess.Popen(serve("classroom", port), cwd=ROOT, env=os.environ | environment)
    listener = requests.Session()
    try:
        until(lambda: is_listened_on(port))
        host = {"Host": f"classroom.localhost:{port}"}
        heard = listener.get(f"http://127.0.0.1:{port}/api/events", headers=host, stream=True, timeout=20)
        lines = heard.iter_lines()
        assert next(lines).startswith(b"retry: ")
        began = time.monotonic()
        server.terminate()
        assert b"event: hello" in list(lines)  # and then comes the end
        assert server.wait(20) == 0 and time.monotonic() - began < LAST_ANSWERS
    finally:
        server.kill()
        listener.close()
