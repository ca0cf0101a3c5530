"""Step mode: what waits, how it is let go, and that nothing waits for ever."""

import json
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from flask import Flask, Response, request
from werkzeug.test import TestResponse

from tests.classroom.room import until
from tests.wire.test_recorder import ORIGIN, Account, Buffered
from wire import step_mode
from wire.held_page import HELD
from wire.journal import Journal, Settings
from wire.message import Entry, Held, Request, from_fields
from wire.recorder import Wire
from wire.step_channel import CHANNEL, StepChannel
from wire.step_mode import StepMode

NAVIGATION = {"Sec-Fetch-Mode": "navigate"}


class SmallParty:
    """A small party, recorded, with step mode on."""

    def __init__(self, redis_url: str) -> None:
        self.redis = redis.Redis.from_url(redis_url)
        self.redis.flushdb()
        self.seen: list[str] = []
        self.on_page: Callable[[], object] = lambda: None
        self.on_go: Callable[[], object] = lambda: None
        app = Flask(__name__)
        app.add_url_rule("/token", "token", self.token, methods=["POST", "OPTIONS"])
        app.add_url_rule("/form", "form", lambda: request.form.to_dict(), methods=["POST"])
        app.add_url_rule("/go", "go", self.go)
        app.add_url_rule("/page", "page", self.page)
        journal = Journal(Account(redis_url), Settings(), "party")
        self.channel = StepChannel(redis.Redis.from_url(redis_url))
        self.channel.is_on = True
        app.wsgi_app = StepMode(app.wsgi_app, self.channel, journal, "http://classroom.localhost:9080")  # type: ignore[method-assign]
        app.wsgi_app = Wire(app.wsgi_app, "party", ORIGIN, journal)  # type: ignore[method-assign]
        self.client = Buffered(app)

    def page(self) -> str:
        self.on_page()
        return "a page"

    def go(self) -> Response:
        self.on_go()
        return Response("", 303, {"Location": "http://other.localhost/?code=c"})

    def token(self) -> str:
        self.seen.append(request.get_data(as_text=True))
        return f"{request.path}?{request.query_string.decode()} {self.seen[-1]}"

    def entries(self) -> list[Entry]:
        return [from_fields(name.decode(), fields) for name, fields in self.redis.xrange("wire:party")]

    def ask(self, path: str, **options: Any) -> Callable[[], TestResponse]:
        """Send a request that may wait; return how to wait for its answer."""
        answers: list[TestResponse] = []
        thread = threading.Thread(
            target=lambda: answers.append(self.client.open(path, base_url=ORIGIN, **options)), daemon=True
        )
        thread.start()

        def answer() -> TestResponse:
            thread.join(30)
            return answers[0]

        return answer

    def held(self) -> Held:
        """Wait until something is held, and return it."""
        for _ in range(3000):
            for entry in self.entries():
                if isinstance(entry, Held) and not entry.action:
                    return entry
            time.sleep(0.01)
        raise AssertionError("nothing is held")

    def let_go(self, action: str = "go", **edited: Any) -> None:
        self.channel.take({"exchange": self.held().exchange, "action": action, "edited": edited})


@pytest.fixture
def party(valkey: str) -> SmallParty:
    return SmallParty(valkey)


def test_a_request_stands_on_the_wire_before_its_answer_and_once(party: SmallParty) -> None:
    """What it causes at other parties may be held meanwhile, and would have no cause."""
    on_the_wire: list[Entry] = []
    party.on_page = lambda: on_the_wire.extend(party.entries())
    party.client.get("/page", base_url=ORIGIN, headers=NAVIGATION)
    assert [type(entry) for entry in on_the_wire] == [Request]
    assert [entry.exchange for entry in party.entries()] == [on_the_wire[0].exchange] * 2


def test_a_request_waits_before_it_is_served(party: SmallParty) -> None:
    answer = party.ask("/token", method="POST", data={"code": "c"})
    held = party.held()
    assert (held.what, held.method, held.target, held.body) == ("request", "POST", "/token", b"code=c")
    assert party.seen == []
    party.let_go()
    assert answer().status_code == 200
    assert party.seen == ["code=c"]
    assert [entry.action for entry in party.entries() if isinstance(entry, Held)] == ["", "go"]


def test_an_edited_request_is_served_and_recorded_as_edited(party: SmallParty) -> None:
    answer = party.ask("/token", method="POST", data={"code": "c"})
    party.let_go("edited", body="code=another", target="/token?a=b", headers=[["Content-Type", "text/plain"]])
    assert answer().text == "/token?a=b code=another"
    (sent,) = [entry for entry in party.entries() if isinstance(entry, Request)]
    assert (sent.body, sent.target, sent.headers[0]) == (b"code=another", "/token?a=b", ("Content-Type", "text/plain"))


@pytest.mark.parametrize(("edited", "length"), [({"body": "code=another"}, 12), ({"target": "/token?a=b"}, 6)])
def test_an_edited_request_is_as_long_as_it_says(party: SmallParty, edited: dict[str, str], length: int) -> None:
    """The page sends all headers back, as they were or as somebody made them up (RFC 9110 §8.6)."""
    answer = party.ask("/token", method="POST", data={"code": "c"})
    headers = [["content-length", "99"], ["Content-Type", "application/x-www-form-urlencoded"]]
    party.let_go("edited", headers=headers, **edited)
    assert answer().status_code == 200
    (sent,) = [entry for entry in party.entries() if isinstance(entry, Request)]
    told = [value for name, value in sent.headers if name.lower() == "content-length"]
    assert (told, sent.length, len(party.seen[0])) == ([str(length)], length, length)


def test_headers_that_nobody_edited_arrive_all(party: SmallParty) -> None:
    """Also those for which the record has no room."""
    long = {f"X-Long-{number}": "x" * 7000 for number in range(3)}
    party.on_page = lambda: party.seen.extend(name for name, _ in request.headers if name in long)
    answer = party.ask("/page", headers=long)
    assert party.held().headers_left_out == 1
    party.let_go("edited", target="/page?a=b")
    assert answer().status_code == 200
    assert party.seen == list(long)


def test_the_name_of_a_header_may_be_edited_in_any_case(party: SmallParty) -> None:
    """(RFC 9110 §5.1) The party reads the form as before."""
    answer = party.ask("/form", method="POST", data={"code": "c"})
    party.let_go("edited", headers=[["content-type", "application/x-www-form-urlencoded"]])
    assert answer().get_json() == {"code": "c"}


def test_a_dropped_request_never_arrives(party: SmallParty) -> None:
    answer = party.ask("/token", method="POST", data={"code": "c"})
    party.let_go("drop")
    assert answer().status_code == 503
    assert party.seen == []


def test_a_redirect_stops_at_a_page_that_says_so(party: SmallParty) -> None:
    answer = party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION)
    assert answer.status_code == 200
    assert "Held in step mode" in answer.text
    assert "other.localhost" in answer.text
    assert "Location" not in answer.headers
    found = re.search(r'url=([^"]+)"', answer.text)
    assert found
    resumed = party.ask(found.group(1), headers=NAVIGATION)
    party.let_go()
    assert resumed().status_code == 303
    assert resumed().headers["Location"] == "http://other.localhost/?code=c"


def test_a_redirect_may_be_edited_or_dropped(party: SmallParty) -> None:
    party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION)
    path = f"{HELD}{party.held().exchange}"
    party.let_go("edited", target="http://other.localhost/?code=mine")
    assert party.client.get(path, base_url=ORIGIN).headers["Location"] == "http://other.localhost/?code=mine"
    assert party.client.get(path, base_url=ORIGIN).status_code == 404  # once


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/page", {"headers": NAVIGATION}),
        ("/token", {"method": "OPTIONS"}),
        ("/page", {"headers": {"Sec-Fetch-Mode": "no-cors"}}),
        ("/go", {"headers": {**NAVIGATION, "Sec-Fetch-Dest": "iframe"}}),
        ("/page", {"headers": {"User-Agent": "glassbox-classroom"}}),
        ("/.well-known/nothing", {}),
    ],
)
def test_nothing_else_waits(party: SmallParty, path: str, options: dict[str, Any]) -> None:
    party.client.open(path, base_url=ORIGIN, **options)
    assert not [entry for entry in party.entries() if isinstance(entry, Held)]


def test_nothing_waits_for_ever(party: SmallParty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_mode, "LONGEST", 0.2)
    assert party.ask("/token", method="POST", data={"code": "c"})().status_code == 200
    assert [entry.action for entry in party.entries() if isinstance(entry, Held)] == ["", "timeout"]
    assert party.channel.lag >= 0.2


def test_no_more_than_a_few_wait(party: SmallParty) -> None:
    answers = [party.ask("/token", method="POST", data={"code": str(number)}) for number in range(6)]
    until(lambda: len(party.seen) == 2, 30)
    time.sleep(0.05)
    assert len(party.seen) == 2  # the fifth and the sixth went on
    party.channel.take({"on": False})
    assert all(answer().status_code == 200 for answer in answers)


def test_no_more_wait_where_all_come_at_once(party: SmallParty) -> None:
    """Each found room when it came, and there is no room for all when they are about to wait."""
    together = threading.Barrier(step_mode.AT_ONCE + 1)
    party.on_go = lambda: together.wait(30)
    answers = [party.ask("/go", headers=NAVIGATION) for _ in range(step_mode.AT_ONCE + 1)]
    assert sorted(answer().status_code for answer in answers) == [200] * step_mode.AT_ONCE + [303]


def test_abandoned_redirects_keep_nobody_out(party: SmallParty, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [time.time()]
    monkeypatch.setattr(step_mode, "time", SimpleNamespace(time=lambda: now[0]))
    for _ in range(step_mode.AT_ONCE):
        party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION)  # and the tab is closed
    assert party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION).status_code == 303  # there is no more room
    now[0] += step_mode.LONGEST + step_mode.POLL + 1
    assert "Held in step mode" in party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION).text
    ended = [entry.action for entry in party.entries() if isinstance(entry, Held) and entry.action]
    assert ended == ["timeout"] * step_mode.AT_ONCE
    assert party.channel.lag == pytest.approx(step_mode.LONGEST)  # no longer than they were held, at the same time


@pytest.mark.parametrize("action", ["", "drop"])
def test_our_own_pages_cannot_be_framed_and_tell_no_address(party: SmallParty, action: str) -> None:
    """(RFC 9700 §4.16-1) A page that waits stands where the authorization server's would."""
    answer = party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION)
    if action:
        party.let_go(action)
        answer = party.client.get(f"{HELD}{party.held().exchange}", base_url=ORIGIN)
        assert "dropped" in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert (answer.headers["X-Frame-Options"], answer.headers["Referrer-Policy"]) == ("DENY", "no-referrer")


def test_the_word_comes_through_redis_and_silence_lets_go(party: SmallParty, monkeypatch: pytest.MonkeyPatch) -> None:
    party.channel.is_on = False
    party.channel.listen()
    until(lambda: party.redis.publish(CHANNEL, json.dumps({"on": True})) and party.channel.is_on, 30)
    party.redis.publish(CHANNEL, json.dumps({"on": False, "world": "another"}))
    monkeypatch.setattr("wire.step_channel.SILENCE", 0.1)
    until(lambda: not party.channel.is_on, 30)


def test_the_clock_stands_still_meanwhile(party: SmallParty) -> None:
    clock = party.channel.slowed(lambda: 1000.0)
    party.channel.take({"exchange": "any", "action": "go", "held_for": 42})
    assert clock() == pytest.approx(958.0)


def test_the_clock_stands_still_once_for_what_is_held_together(party: SmallParty) -> None:
    for exchange in ("one", "another"):
        party.channel.take({"exchange": exchange, "action": "go", "held_for": 60})
    assert party.channel.lag == pytest.approx(60, abs=1)


@pytest.mark.parametrize(
    ("held", "lag"),
    [
        ([(0, 60), (60, 120)], 120),
        ([(0, 60), (100, 130)], 90),
        ([(0, 60), (30, 90)], 90),
        ([(0, 60), (100, 130), (50, 110)], 130),
        ([(0, 60), (10, 20)], 60),
    ],
)
def test_what_overlaps_is_counted_once(party: SmallParty, held: list[tuple[float, float]], lag: float) -> None:
    for start, end in held:
        party.channel.stand_still(start, end)
    assert party.channel.lag == lag


def test_the_clock_stands_still_for_what_the_switch_lets_go(party: SmallParty) -> None:
    answer = party.ask("/token", method="POST", data={"code": "c"})
    held = party.held()
    time.sleep(0.2)
    party.channel.take({"on": False})
    assert answer().status_code == 200
    assert 0.2 <= party.channel.lag < time.time() - held.at + 0.01


def test_balance_waits_for_two_holds_one_after_the_other() -> None:
    """The bank is held two minutes, and then its question to Bank ID; Balance knows of the first only."""
    script = (Path(__file__).parents[2] / "spa/js/http.js").read_text()
    [patience] = re.findall(r"PATIENCE = ([0-9_]+);", script)
    assert int(patience) / 1000 > 2 * step_mode.LONGEST


def test_a_second_word_about_the_same_changes_nothing(party: SmallParty) -> None:
    for _ in range(2):
        party.channel.take({"exchange": "any", "action": "go", "held_for": 42})
    assert party.channel.lag == pytest.approx(42)


def test_a_body_that_nobody_edited_arrives_whole(party: SmallParty) -> None:
    long = "x" * 40_000  # longer than what the record keeps
    answer = party.ask("/token", method="POST", data=long, content_type="text/plain")
    assert (len(party.held().body), party.held().length) == (16 * 1024, 40_000)
    party.let_go("edited", target="/token?a=b")
    assert answer().status_code == 200
    assert party.seen == [long]
