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
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.classroom.room import until
from tests.wire.test_recorder import ORIGIN, Account, Buffered
from wire import step_mode
from wire.addresses import Addresses
from wire.held_page import HELD
from wire.held_time import CATCH_UP, LONGEST, HeldTime
from wire.journal import Journal, Settings
from wire.message import Entry, Held, Request, from_fields
from wire.recorder import Wire
from wire.step_channel import StepChannel, channel_of
from wire.step_mode import StepMode

NAVIGATION = {"Sec-Fetch-Mode": "navigate"}
FORM = NAVIGATION | {"Content-Type": "application/x-www-form-urlencoded"}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "http://attacker.example"}


class SmallParty:
    """A small party, recorded, with step mode on."""

    def __init__(self, redis_url: str) -> None:
        self.redis: Any = redis.Redis.from_url(redis_url)
        self.redis.flushdb()
        self.seen: list[str] = []
        self.on_page: Callable[[], object] = lambda: None
        self.on_go: Callable[[], object] = lambda: None
        app = Flask(__name__)
        app.add_url_rule("/token", "token", self.token, methods=["POST", "OPTIONS"])
        app.add_url_rule("/form", "form", lambda: request.form.to_dict(), methods=["POST"])
        app.add_url_rule("/go", "go", self.go, methods=["GET", "POST"])
        app.add_url_rule("/page", "page", self.page)
        app.add_url_rule("/healthz", "healthz", lambda: "alive")
        journal = Journal(Account(redis_url), Settings(), "party")
        self.channel = StepChannel(redis.Redis.from_url(redis_url), "party")
        self.channel.is_on = True
        app.wsgi_app = self.step_mode = StepMode(app.wsgi_app, self.channel, journal, ORIGIN, Addresses())  # type: ignore
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
        ("/go", {"headers": NAVIGATION | {"Sec-Purpose": "prefetch;prerender"}}),
        ("/go", {"headers": FORM | ELSEWHERE, "method": "POST"}),
        ("/go", {"headers": FORM | ELSEWHERE | {"Origin": "null"}, "method": "POST"}),
        ("/go", {"headers": FORM | ELSEWHERE | {"Sec-Fetch-Site": "same-site"}, "method": "POST"}),
        ("/token", {"headers": ELSEWHERE | {"Sec-Fetch-Mode": "cors"}, "method": "POST"}),
        ("/token", {"headers": {"Origin": "http://attacker.example"}, "method": "POST"}),  # an older browser
    ],
)
def test_nothing_else_waits(party: SmallParty, path: str, options: dict[str, Any]) -> None:
    party.client.open(path, base_url=ORIGIN, **options)
    assert not [entry for entry in party.entries() if isinstance(entry, Held)]


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/go", "GET", NAVIGATION | {"Sec-Fetch-Site": "cross-site"}),  # client, authorization server, client
        ("/go", "POST", FORM | {"Sec-Fetch-Site": "same-origin", "Origin": "null"}),  # under `no-referrer`
        ("/go", "POST", FORM | {"Sec-Fetch-Site": "cross-site", "Origin": "http://auth.localhost:9000"}),
        ("/token", "POST", {"Sec-Fetch-Mode": "cors", **ELSEWHERE, "Origin": "http://balance.localhost:9003"}),
        ("/token", "POST", {}),  # a program
    ],
)
def test_what_the_parties_pages_and_programs_send_waits(
    party: SmallParty, path: str, method: str, headers: dict[str, str]
) -> None:
    party.ask(path, method=method, headers=headers)
    assert party.held().origin == ORIGIN
    party.let_go("drop")


def test_a_probe_passes(party: SmallParty) -> None:
    assert party.client.get("/healthz", base_url=ORIGIN).text == "alive"
    assert party.entries() == []


@pytest.mark.parametrize("target", ["//x/token", "//[", "//x/token?a=b"])
def test_an_edited_target_is_dispatched_as_it_is_recorded(party: SmallParty, target: str) -> None:
    """Two slashes are no host: what is recorded as another address must not reach `/token`."""
    response = party.ask("/token", method="POST", data={"code": "c"})
    party.let_go("edited", target=target)
    assert (response().status_code, party.seen) == (404, [])
    (sent,) = [entry for entry in party.entries() if isinstance(entry, Request)]
    assert sent.target == target


def test_nothing_waits_for_ever(party: SmallParty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_mode, "LONGEST", 0.2)
    assert party.ask("/token", method="POST", data={"code": "c"})().status_code == 200
    assert [entry.action for entry in party.entries() if isinstance(entry, Held)] == ["", "timeout"]


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


@pytest.mark.parametrize(("later", "ended"), [(step_mode.GONE, "abandoned"), (LONGEST, "timeout")])
def test_abandoned_redirects_keep_nobody_out(
    party: SmallParty, monkeypatch: pytest.MonkeyPatch, later: float, ended: str
) -> None:
    """Also where nobody comes: each second the channel looks whether something is over."""
    passed = [0.0]
    clock = SimpleNamespace(time=lambda: time.time() + passed[0], monotonic=lambda: time.monotonic() + passed[0])
    monkeypatch.setattr(step_mode, "time", clock)
    for _ in range(step_mode.AT_ONCE):
        party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION)  # and the tab is closed
    assert party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION).status_code == 303  # there is no more room
    passed[0] = later
    party.channel.hear(None)
    actions = [entry.action for entry in party.entries() if isinstance(entry, Held) and entry.action]
    assert actions == [ended] * step_mode.AT_ONCE
    assert "Held in step mode" in party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION).text


def test_a_page_that_asks_again_and_again_is_not_given_up(party: SmallParty, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = [0.0]
    clock = SimpleNamespace(time=time.time, monotonic=lambda: time.monotonic() + passed[0])
    monkeypatch.setattr(step_mode, "time", clock)
    monkeypatch.setattr(step_mode, "POLL", 0.01)
    party.client.get("/go", base_url=ORIGIN, headers=NAVIGATION)
    for _ in range(3):
        passed[0] += step_mode.GONE - 1
        party.channel.hear(None)
        page = party.client.get(f"{HELD}{party.held().exchange}", base_url=ORIGIN, headers=NAVIGATION)
        assert "Held in step mode" in page.text


def test_where_the_real_time_goes_back_nothing_is_held_for_longer(
    party: SmallParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(time=lambda: time.time() - 3600, monotonic=time.monotonic)
    monkeypatch.setattr(step_mode, "LONGEST", 0.3)
    response = party.ask("/token", method="POST", data={"code": "c"})
    party.held()
    monkeypatch.setattr(step_mode, "time", clock)
    assert response().status_code == 200


def test_what_an_earlier_process_held_is_written_down_as_lost(party: SmallParty) -> None:
    """The classroom reminds a party that started anew; what this process holds, or has just let go, is its own."""
    waiting = party.ask("/token", method="POST", data={"code": "c"})
    own = party.held()
    before = party.step_mode.began - 1
    party.channel.take({"on": True, "yours": [["before", before], [own.exchange, own.at], ["just gone", own.at]]})
    ended = [(entry.exchange, entry.action) for entry in party.entries() if isinstance(entry, Held) and entry.action]
    assert ended == [("before", "lost")]
    party.let_go()
    assert waiting().status_code == 200


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
    own = channel_of("party")
    until(lambda: party.redis.publish(own, json.dumps({"on": True})) and party.channel.is_on, 30)
    for unreadable in ("{", "[]", '{"exchange": "x"}', '{"held_time": [1]}', '{"on": false, "world": "another"}'):
        party.redis.publish(own, unreadable)
    party.redis.publish(channel_of("another"), json.dumps({"on": False}))
    response = party.ask("/token", method="POST", data={"code": "c"})
    assert party.held().action == ""
    now = time.time()
    party.redis.publish(own, json.dumps({"on": True, "held_time": [now, 0, now + 100]}))
    until(lambda: party.channel.held_time.until, 30)
    monkeypatch.setattr("wire.step_channel.SILENCE", 0.1)
    assert response().status_code == 200
    assert not party.channel.is_on
    assert party.channel.held_time.until <= time.time()


def test_the_clock_stands_still_while_something_is_held_and_then_makes_up_for_it() -> None:
    account = HeldTime().held_until(1100.0, now=1000.0)
    clock = [moment - account.lag_at(moment) for moment in (1000.0, 1040.0, 1100.0, 1140.0, 1200.0, 1300.0)]
    assert clock == [1000.0, 1000.0, 1000.0, 1080.0, 1200.0, 1300.0]
    account = account.held_until(1040.0, now=1040.0)  # it is let go before its time is over
    assert [account.lag_at(moment) for moment in (1040.0, 1060.0, 1080.0)] == [40.0, 20.0, 0.0]


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, LONGEST)), max_size=12), st.floats(0, 400))
def test_the_clock_never_goes_back_nor_stays_behind(words: list[tuple[float, float]], later: float) -> None:
    """Whatever is held, and however it ends: what was just issued is never old, and in the end the clock is right."""
    account, now, shown = HeldTime(), 1000.0, 0.0
    for passed, held in words:
        now += passed
        assert shown <= now - account.lag_at(now) + 1e-6
        shown = now - account.lag_at(now)
        account = account.held_until(now + held, now)
        assert now - account.lag_at(now) == pytest.approx(shown)
    lag = account.lag_at(now)
    assert shown - 1e-6 <= now + later - account.lag_at(now + later)
    assert account.lag_at(now + LONGEST + (lag + LONGEST) / CATCH_UP + 1) == 0


@pytest.mark.parametrize("account", [[1000.0, 0.0, 1e18], [1000.0, float("nan"), float("nan")], [1000.0, -5.0, 0.0]])
def test_no_word_stops_the_clock_for_longer_than_a_hold_may_last(account: list[float]) -> None:
    assert HeldTime(*account).lag_at(1000.0 + 2 * LONGEST + 1) == 0
    assert HeldTime(*account).lag_at(1000.0 + LONGEST / 2) <= LONGEST


def test_the_clock_stays_as_it_was_where_the_real_time_goes_back() -> None:
    account = HeldTime(1000.0, 30.0, 0.0)
    assert (account.lag_at(10.0), account.held_until(10.0, 10.0)) == (30.0, HeldTime(10.0, 30.0, 10.0))


def test_balance_waits_for_two_holds_one_after_the_other() -> None:
    """The bank is held two minutes, and then its question to Bank ID; Balance knows of the first only."""
    script = (Path(__file__).parents[2] / "spa/js/http.js").read_text()
    [patience] = re.findall(r"PATIENCE = ([0-9_]+);", script)
    assert int(patience) / 1000 > 2 * LONGEST


def test_the_first_decision_counts(party: SmallParty) -> None:
    response = party.ask("/token", method="POST", data={"code": "c"})
    party.let_go("drop")
    party.let_go("go")
    assert response().status_code == 503
    assert [entry.action for entry in party.entries() if isinstance(entry, Held)] == ["", "drop"]


def test_a_body_that_nobody_edited_arrives_whole(party: SmallParty) -> None:
    long = "x" * 40_000  # longer than what the record keeps
    answer = party.ask("/token", method="POST", data=long, content_type="text/plain")
    assert (len(party.held().body), party.held().length) == (16 * 1024, 40_000)
    party.let_go("edited", target="/token?a=b")
    assert answer().status_code == 200
    assert party.seen == [long]
