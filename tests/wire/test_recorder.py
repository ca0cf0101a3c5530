"""The recorder writes down what the server received and what it answered, and is in nobody's way."""

import io
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask, Response, abort, request
from werkzeug.test import Client, TestResponse

from tests.classroom.room import until
from tests.support.lossy_redis import lossy
from tests.support.redis_turns import counted
from wire.journal import Journal, Settings
from wire.message import Entry, Gap, Note, Request, from_fields, name_of
from wire.message import Response as Answer
from wire.recorder import NOTES, Wire

ORIGIN = "http://party.localhost:9000"


class Buffered(Client):
    """A client that takes the whole answer, as a server does, before it says so."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, buffered=True, **options)


class Account:
    """A user of the test's own server."""

    redis_username = "default"
    redis_password = ""

    def __init__(self, redis_url: str) -> None:
        self.redis_url = redis_url


class Recorded:
    """A small party, recorded."""

    def __init__(self, redis_url: str, **settings: Any) -> None:
        self.redis: Any = redis.Redis.from_url(redis_url) if "missing" not in redis_url else None
        if self.redis:
            self.redis.flushdb()
        self.app = Flask(__name__)
        views: dict[str, Any] = {
            "/echo": lambda: request.get_data() or "nothing",
            "/away": lambda: Response("", 303, {"Location": "/echo", "Set-Cookie": "a=1"}),
            "/fault": lambda: abort(500),
            "/large": lambda: "x" * 50_000,
            "/long-headers": lambda: Response("", 200, {"X-Long": "x" * 20_000}),
            "/healthz": lambda: "alive",
        }
        for path, view in views.items():
            self.app.add_url_rule(path, path, view, methods=["GET", "POST"])
        self.journal = Journal(Account(redis_url), Settings(**settings), "party")
        self.app.wsgi_app = Wire(self.app.wsgi_app, "party", ORIGIN, self.journal)  # type: ignore[method-assign]
        self.client = Buffered(self.app)

    def entries(self) -> list[Entry]:
        assert self.redis
        return [from_fields(name.decode(), fields) for name, fields in self.redis.xrange(self.journal.stream)]

    def exchange(self) -> tuple[Request, Answer]:
        sent, answer = self.entries()[-2:]
        assert isinstance(sent, Request)
        assert isinstance(answer, Answer)
        assert sent.exchange == answer.exchange
        return sent, answer


@pytest.fixture
def recorded(valkey: str) -> Recorded:
    return Recorded(valkey)


def test_both_messages_are_kept_whole(recorded: Recorded) -> None:
    before = time.time()
    recorded.client.post("/echo?a=%3Cb&a=2", data=b"\x00\xff=1", headers={"X-Odd": "ä"}, base_url=ORIGIN)
    sent, answer = recorded.exchange()
    assert (sent.method, sent.target, sent.party, sent.origin) == ("POST", "/echo?a=%3Cb&a=2", "party", ORIGIN)
    assert (sent.body, sent.length) == (b"\x00\xff=1", 4)
    assert ("Host", "party.localhost:9000") in sent.headers
    assert "X-Odd" in dict(sent.headers)
    assert before <= sent.at <= answer.at
    assert (answer.status, answer.body, answer.length) == (200, b"\x00\xff=1", 4)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/fault", 500), ("/away", 303)])
def test_what_never_reached_a_view_is_there_too(recorded: Recorded, path: str, status: int) -> None:
    recorded.client.get(path, base_url=ORIGIN)
    assert recorded.exchange()[1].status == status


def test_a_redirect_and_its_cookie_are_there(recorded: Recorded) -> None:
    recorded.client.get("/away", base_url=ORIGIN)
    assert {("Location", "/echo"), ("Set-Cookie", "a=1")} <= set(recorded.exchange()[1].headers)


def test_an_answer_is_older_than_what_its_receiver_does_next(recorded: Recorded) -> None:
    """A browser follows a redirect while the server is still closing the answer: cause comes before effect."""
    with Client(recorded.app).get("/echo", base_url=ORIGIN) as answer:
        assert answer.data == b"nothing"
        received = time.time()
        time.sleep(0.01)
    assert recorded.exchange()[1].at < received


def test_a_long_body_is_cut_and_its_length_kept(valkey: str) -> None:
    recorded = Recorded(valkey, largest_body=100)
    answer = recorded.client.post("/echo", data=b"y" * 5000, base_url=ORIGIN)
    assert answer.data == b"y" * 5000  # the party read it whole
    sent, told = recorded.exchange()
    assert (len(sent.body), sent.length, len(told.body), told.length) == (100, 5000, 100, 5000)


def test_headers_are_cut_altogether_and_those_left_out_are_counted(recorded: Recorded) -> None:
    """A server takes a hundred headers of 8 KB; the record of a lesson need not."""
    long = {f"X-Long-{number}": "x" * 7000 for number in range(5)} | {"X-Short": "y"}
    answer = recorded.client.get("/long-headers", headers=long, base_url=ORIGIN)
    assert len(answer.headers["X-Long"]) == 20_000
    sent, told = recorded.exchange()
    assert [name for name, _ in sent.headers if name.startswith("X-")] == ["X-Long-0", "X-Long-1", "X-Short"]
    assert (sent.headers_left_out, told.headers_left_out) == (3, 1)
    assert "Content-Type" in dict(told.headers)
    recorded.client.get("/echo", base_url=ORIGIN)
    assert [one.headers_left_out for one in recorded.exchange()] == [0, 0]


def test_a_body_that_the_party_never_read_is_there(recorded: Recorded) -> None:
    recorded.client.post("/nowhere", data=b"unread", base_url=ORIGIN)
    assert recorded.exchange()[0].body == b"unread"


def test_a_body_of_unknown_length_is_read_by_both(recorded: Recorded) -> None:
    body = {"input_stream": io.BytesIO(b"in chunks"), "environ_overrides": {"wsgi.input_terminated": True}}
    answer = recorded.client.post("/echo", base_url=ORIGIN, **body)
    assert answer.data == b"in chunks"
    assert recorded.exchange()[0].body == b"in chunks"


def test_probes_are_left_out(recorded: Recorded) -> None:
    recorded.client.get("/healthz", base_url=ORIGIN)
    assert recorded.entries() == []


def test_the_stream_is_capped(valkey: str) -> None:
    recorded = Recorded(valkey, entries=100)
    for _ in range(300):
        recorded.client.get("/echo", base_url=ORIGIN)
    assert 100 <= len(recorded.entries()) <= 250  # Redis trims whole nodes of its list


def test_a_redis_that_is_away_delays_and_fails_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(f"unix://{tmp_path}/missing.sock", rest=60)
    tried, before = tries_of(recorded.journal, monkeypatch), time.monotonic()
    assert all(recorded.client.get("/echo", base_url=ORIGIN).status_code == 200 for _ in range(20))
    assert time.monotonic() - before < 1
    assert (len(tried), recorded.journal.lost) == (1, 40)


def tries_of(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what grows by one each time that the journal asks Redis to keep something."""
    tried: list[object] = []
    append = journal.append
    monkeypatch.setattr(journal, "append", lambda entries: (tried.append(entries), append(entries)))
    return tried


def test_no_request_finds_out_that_a_redis_is_still_stuck(
    tmp_path: Path, valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and answers nothing: the first to meet it waits; when it is well, the wire goes on."""
    address = str(tmp_path / "stuck.sock")
    with socket.socket(socket.AF_UNIX) as stuck:
        stuck.bind(address)
        stuck.listen(16)
        journal = Journal(Account(f"unix://{address}"), Settings(patience=0.4, rest=0.05), "party")
        note = Note(party="party", at=0.0, what="something", details={})
        journal.write(note)
        tried = tries_of(journal, monkeypatch)

        def waited(_: int) -> float:
            before = time.monotonic()
            journal.write(note)
            return time.monotonic() - before

        for _ in range(5):  # through more than one look at Redis
            with ThreadPoolExecutor(8) as pool:
                assert max(pool.map(waited, range(8))) < journal.settings.patience
            time.sleep(0.1)
    assert (tried, journal.lost) == ([], 41)
    Path(address).unlink()
    Path(address).symlink_to(valkey.removeprefix("unix://"))
    until(lambda: not journal.away.is_set())
    journal.write(note)
    assert journal.lost == 0


def test_a_gap_is_told_when_redis_is_back(recorded: Recorded) -> None:
    recorded.journal.lost = 7
    recorded.client.get("/echo", base_url=ORIGIN)
    gap = recorded.entries()[0]
    assert isinstance(gap, Gap)
    assert gap.lost == 7
    assert recorded.journal.lost == 0


def gaps(recorded: Recorded) -> list[Gap]:
    return [entry for entry in recorded.entries() if isinstance(entry, Gap)]


@pytest.mark.parametrize("arrives", [True, False])
def test_what_may_have_been_written_late_is_named_and_not_counted(valkey: str, tmp_path: Path, arrives: bool) -> None:
    """Whoever reads the stream sees whether it is there."""
    with lossy(valkey, tmp_path) as between:
        recorded = Recorded(between.address, rest=0.01)
        between.lose("XADD", arrives=arrives)
        recorded.client.get("/echo", base_url=ORIGIN)
        until(lambda: not recorded.journal.away.is_set())
        recorded.client.get("/echo", base_url=ORIGIN)
        [gap] = gaps(recorded)
        late = [entry for entry in recorded.entries()[:-2] if entry != gap]
        assert (gap.lost, len(gap.in_doubt), len(late)) == (0, 2, 2 if arrives else 0)
        assert {name_of(entry) for entry in late} <= set(gap.in_doubt)


def test_a_gap_is_told_until_redis_says_that_it_has_it(valkey: str, tmp_path: Path) -> None:
    """It may so be there twice, under the same name."""
    with lossy(valkey, tmp_path) as between:
        recorded = Recorded(between.address, rest=0.01)
        recorded.journal.lost = 7
        for _ in range(2):
            between.lose("XADD")
            recorded.client.get("/echo", base_url=ORIGIN)
            until(lambda: not recorded.journal.away.is_set())
        recorded.client.get("/echo", base_url=ORIGIN)
        counts = [(gap.lost, len(gap.in_doubt)) for gap in {gap.name: gap for gap in gaps(recorded)}.values()]
        assert counts == [(7, 0), (0, 2), (0, 2)]
        assert recorded.journal.gaps == []


def test_a_page_of_this_origin_may_leave_a_note(recorded: Recorded) -> None:
    told = {"what": "Balance made a verifier", "details": {"verifier": "v3r"}}
    assert recorded.client.post(NOTES, json=told, headers={"Origin": ORIGIN}, base_url=ORIGIN).status_code == 204
    (note,) = recorded.entries()
    assert isinstance(note, Note)
    assert (note.what, note.details) == ("Balance made a verifier", {"verifier": "v3r"})


@pytest.mark.parametrize("origin", [None, "null", "http://attacker.localhost:9666"])
def test_nobody_else_may(recorded: Recorded, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    told = {"what": "lies", "details": {}}
    assert recorded.client.post(NOTES, json=told, headers=headers, base_url=ORIGIN).status_code == 400
    assert recorded.entries() == []


@pytest.mark.parametrize("path", [NOTES, "/.wire/held/0123456789abcdef", "/.wire/"])
def test_what_no_app_sees_answers_under_its_own_host_only(recorded: Recorded, path: str) -> None:
    """As the door does; a name that is not ours may be an attacker's that leads to loopback (RFC 9110 §15.5.20)."""
    answer = recorded.client.post(path, json={}, base_url="http://attacker.localhost:9000")
    assert answer.status_code == 421
    assert recorded.client.post(path, json={}, base_url=ORIGIN.upper()).status_code != 421


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"what": 1}', b'{"what": "x", "details": 3}', b"\xff"])
def test_nonsense_is_no_note(recorded: Recorded, body: bytes) -> None:
    assert recorded.client.post(NOTES, data=body, headers={"Origin": ORIGIN}, base_url=ORIGIN).status_code == 400


def test_recording_costs_one_round_trip(valkey: str, tmp_path: Path) -> None:
    with counted(valkey, tmp_path) as turns:
        recorded = Recorded(turns.address)
        recorded.client.get("/echo", base_url=ORIGIN)  # opens the connection
        before = turns.taken
        for _ in range(10):
            recorded.client.get("/echo", base_url=ORIGIN)
        assert turns.taken - before == 10
