"""Step mode as the learner handles it: what is decided here reaches the parties, which do the holding."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from classroom.step_mode import REPEAT
from tests.classroom.room import Room, open_room, until
from tests.support.conversation import BANK, Browser, Sandbox
from tests.support.journeys import Tab
from wire.held_time import HeldTime
from wire.message import Held
from wire.step_channel import channel_of


@pytest.fixture
def room(valkey: str) -> Iterator[Room]:
    redis.Redis.from_url(valkey).flushdb()
    with open_room(valkey) as room:
        yield room


PARTIES = ("auth", "bank", "budget", "balance")


@pytest.fixture
def heard(room: Room) -> Iterator[Any]:
    """Return a function that waits for the next word on a party's channel which a test is about."""
    with room.redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(*map(channel_of, PARTIES))
        for _ in PARTIES:
            assert channel.get_message(timeout=1.0) is None

        def next_word(about: str) -> tuple[str, Any]:
            end = time.monotonic() + 10
            while time.monotonic() < end:
                message = channel.get_message(timeout=1.0)
                word = json.loads(message["data"]) if message else {}
                if message and about in word:
                    return message["channel"].decode(), word
            raise AssertionError("nothing was heard")

        yield next_word


def held(**changes: Any) -> Held:
    now = time.time()
    known: dict[str, Any] = {"party": "auth", "exchange": "e1", "at": now, "until": now + 60, "what": "request"}
    return Held(**(known | {"method": "POST", "target": "/token"} | changes))


def post(room: Room, exchange: str, status: int = 200, **told: Any) -> Any:
    answer = room.ask("POST", f"/api/brake/{exchange}", json=told)
    assert answer.status_code == status, answer.text
    return answer.get_json()


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("world", ["", "csrf"])
def test_the_parties_hear_whether_to_hold(room: Room, heard: Any, on: bool, world: str) -> None:
    answer = room.ask("PUT", "/api/brake", json={"on": on, "world": world})
    for party in PARTIES:
        channel, word = heard("on")
        at, lag, until = word.pop("held_time")
        assert (channel, word) == (channel_of(party), {"on": on, "world": world, "yours": []})
        assert (at, lag) == (until, 0)
    assert answer.get_json() == room.get("/api/brake")
    assert answer.get_json() == {"on": on and not world, "worlds": [world] if on else [], "held": []}


def test_what_is_held_is_shown_until_it_is_let_go_or_its_time_is_over(room: Room) -> None:
    first, second = held(), held(exchange="e2", what="redirect", target="http://budget.localhost:9002/callback?code=1")
    room.write(first, second, held(exchange="e3", until=time.time() - 1))
    shown = room.get("/api/brake")["held"]
    assert [(each["exchange"], each["what"], each["until"]) for each in shown] == [
        ("e1", "request", first.until),
        ("e2", "redirect", second.until),
    ]
    room.write(held(action="go"))
    assert [each["exchange"] for each in room.get("/api/brake")["held"]] == ["e2"]


@pytest.mark.parametrize("action", ["go", "drop"])
@pytest.mark.parametrize("party", PARTIES)
def test_a_decision_reaches_the_party_that_holds(room: Room, heard: Any, action: str, party: str) -> None:
    room.write(held(party=party))
    assert post(room, "e1", action=action) == {"exchange": "e1", "action": action}
    assert heard("exchange") == (channel_of(party), {"exchange": "e1", "world": "", "action": action})


def test_nothing_is_decided_for_somebody_who_cannot_hold(room: Room) -> None:
    room.write(held(party="labs"))
    assert "Nothing is held" in post(room, "e1", 404, action="go")["error"]


@pytest.mark.parametrize("ended", ["go", "edited", "drop", "timeout", "abandoned", "lost"])
def test_all_parties_hear_how_long_time_stands_still_however_a_hold_ends(room: Room, heard: Any, ended: str) -> None:
    room.ask("PUT", "/api/brake", json={"on": True})
    began = held()
    room.write(began)
    words: dict[str, Any] = {}
    while words.keys() != {channel_of(party) for party in PARTIES}:
        channel, word = heard("on")
        if word["held_time"][2] == began.until:
            words[channel] = word
    assert {channel: word["yours"] for channel, word in words.items()} == {
        **{channel: [] for channel in words},
        channel_of("auth"): [["e1", began.at]],
    }
    room.write(held(action=ended))
    parties: set[str] = set()
    while parties != set(words):
        channel, word = heard("on")
        at, lag, until = word["held_time"]
        if until == at:
            parties.add(channel)
            assert 0 < lag < 10


def test_the_lag_is_gone_when_as_much_time_has_passed_as_was_held(room: Room, heard: Any) -> None:
    """And it survives the classroom, for the parties go on by it."""
    room.ask("PUT", "/api/brake", json={"on": True})
    control = room.app.extensions["step_mode"]
    first = time.time()
    room.write(held(at=first))
    until(lambda: heard("on")[1]["held_time"][2] > first)
    room.ask("PUT", "/api/brake", json={"on": False})
    at, lag, still_until = control.times[""].at, control.times[""].lag, control.times[""].until
    assert (lag > 0, still_until) == (True, at)
    assert control.times[""].lag_at(at + lag) == 0
    assert json.loads(room.redis.hget(control.times_key, "") or "") == [at, lag, still_until]


@pytest.mark.parametrize(
    "changes",
    [
        {"until": float("nan")},
        {"at": float("nan")},
        {"until": time.time() + 10**9},
        {"at": time.time() + 10**6, "until": time.time() + 10**6 + 60},
    ],
)
def test_a_time_that_nobody_can_be_held_for_stops_no_clock(room: Room, changes: dict[str, float]) -> None:
    room.ask("PUT", "/api/brake", json={"on": True})
    room.write(held(**changes))
    assert room.ask("PUT", "/api/brake", json={"on": True}).get_json()["held"] == []
    account = room.app.extensions["step_mode"].times[""]
    assert account.until == account.at


@pytest.mark.parametrize("world", ["\ud800", "x" * 60_000, "A", "a.b", 1, None])
def test_a_world_is_the_name_of_a_lab(room: Room, world: Any) -> None:
    assert room.ask("PUT", "/api/brake", json={"on": True, "world": world}).status_code == 400


@pytest.mark.parametrize(
    "what, edited, sent",
    [
        ("request", {"method": "GET", "target": "/x?y=1"}, {"method": "GET", "target": "/x?y=1"}),
        ("request", {"headers": [["A", "b"]], "body": "é"}, {"headers": [["A", "b"]], "body": "é"}),
        ("redirect", {"location": "http://x.example/"}, {"target": "http://x.example/"}),
    ],
)
def test_an_edit_reaches_the_party(room: Room, heard: Any, what: str, edited: Any, sent: Any) -> None:
    room.write(held(what=what))
    post(room, "e1", action="edited", edited=edited)
    _, word = heard("exchange")
    assert (word["action"], word["edited"]) == ("edited", sent)


@pytest.mark.parametrize(
    "what, told, word",
    [
        ("request", {}, "go, edited or drop"),
        ("request", {"action": "stop"}, "go, edited or drop"),
        ("request", {"action": "edited"}, "what to change"),
        ("request", {"action": "edited", "edited": {"location": "/"}}, "body"),
        ("redirect", {"action": "edited", "edited": {"method": "GET"}}, "location"),
        ("redirect", {"action": "edited", "edited": {"location": "x\r\nSet-Cookie: a=b"}}, "location"),
        ("request", {"action": "edited", "edited": {"method": "G T"}}, "method"),
        ("request", {"action": "edited", "edited": {"target": "http://x/"}}, "target"),
        ("request", {"action": "edited", "edited": {"target": "//["}}, "target"),
        ("request", {"action": "edited", "edited": {"target": "/x#y"}}, "target"),
        ("request", {"action": "edited", "edited": {"headers": [["A", "b\n"]]}}, "one line"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(room: Room, what: str, told: Any, word: str) -> None:
    room.write(held(what=what))
    assert word in post(room, "e1", 400, **told)["error"]


def test_half_a_body_is_not_sent_for_the_whole(room: Room, heard: Any) -> None:
    """What was not changed is left out, and stays; a whole other one may be given."""
    room.write(held(body=b"code=\xc3\xa4\xc3", length=40_000))
    [shown] = room.get("/api/brake")["held"]
    assert (shown["body"], shown["cut"], shown["length"]) == ("code=ä", True, 40_000)
    told = post(room, "e1", 409, action="edited", edited={"target": "/token?a=b", "body": shown["body"]})
    assert "only the beginning" in told["error"]
    post(room, "e1", action="edited", edited={"body": "code=another"})
    assert heard("exchange")[1]["edited"] == {"body": "code=another"}


def test_nothing_is_decided_about_what_is_not_held(room: Room) -> None:
    room.write(held(), held(action="timeout"))
    assert "let go" in post(room, "e1", 404, action="go")["error"]
    assert "true or false" in room.ask("PUT", "/api/brake", json={"on": "yes"}).get_json()["error"]


def test_step_mode_stays_as_it_is_when_the_classroom_starts_anew_and_is_repeated(
    valkey: str, room: Room, heard: Any
) -> None:
    room.ask("PUT", "/api/brake", json={"on": True})
    room.reader.stop()
    account = room.app.extensions["step_mode"].times[""] = HeldTime(time.time() + 50, 60.0, 0.0)
    room.app.extensions["step_mode"].tell_all("")
    until(lambda: heard("on")[1]["held_time"][1] == 60.0)
    with open_room(valkey) as again:
        until(lambda: again.get("/api/brake")["on"])
        control = again.app.extensions["step_mode"]
        assert control.times[""].lag == pytest.approx(account.lag, abs=30)
        told_at = control.told_at
        control.clock = lambda: told_at + REPEAT
        until(lambda: heard("on")[1]["held_time"][0] >= told_at + REPEAT)
        again.redis.flushdb()  # `make reset`
        control.told_at = 0.0
        until(lambda: heard("on")[1]["on"] is False)
        assert again.get("/api/brake")["on"] is False


def test_a_held_token_request_is_edited_and_then_refused(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: the page lets go, Bank ID hears it, and judges what it was given."""
    monkeypatch.setenv("WIRE_STEP_MODE", "true")
    sandbox = Sandbox(valkey)
    tab = Tab(Browser(sandbox)).connect()
    with open_room(valkey) as room, ThreadPoolExecutor(1) as pool:
        room.ask("PUT", "/api/brake", json={"on": True})
        try:
            trade = None
            end = time.monotonic() + 10
            while not room.get("/api/brake")["held"]:
                assert time.monotonic() < end
                if trade is None or trade.done():  # Bank ID had not heard of step mode yet
                    trade = pool.submit(tab.trade, tab.code)
                time.sleep(0.05)
            [waiting] = room.get("/api/brake")["held"]
            assert (waiting["party"], waiting["method"], waiting["path"]) == ("auth", "POST", "/token")
            body = waiting["body"].replace("grant_type=authorization_code", "grant_type=password")
            post(room, waiting["exchange"], action="edited", edited={"body": body})
            assert trade and trade.result(10) is not None
        finally:
            room.ask("PUT", "/api/brake", json={"on": False})
        until(lambda: not room.get("/api/brake")["held"])
        room.catch_up()
        last = room.get("/api/messages?newest=10")["messages"]
        refused = next(each for each in reversed(last) if each["kind"] == "response" and each["path"] == "/token")
        assert json.loads(refused["body"])["error"] == "unsupported_grant_type"


def test_a_code_outlives_the_time_for_which_it_is_held_and_every_clock_is_right_in_the_end(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each party listens in a thread of its own: Bank ID holds, and the bank's clock stands still with Bank ID's."""
    monkeypatch.setenv("WIRE_STEP_MODE", "true")
    sandbox = Sandbox(valkey, code_lifetime=4)
    tab = Tab(Browser(sandbox))
    monkeypatch.setattr(tab, "trade", lambda code: {})
    tab.connect()
    monkeypatch.undo()
    clocks = [app.extensions["clock"] for app in sandbox.apps.values()]
    with open_room(valkey) as room, ThreadPoolExecutor(1) as pool:
        room.ask("PUT", "/api/brake", json={"on": True})
        channels = [app.wsgi_app.app.channel for app in sandbox.apps.values()]  # type: ignore[attr-defined]
        until(lambda: all(channel.is_on for channel in channels))
        for origin in sandbox.apps:
            for probe in ("/healthz", "/readyz"):
                assert sandbox.ask("GET", origin + probe, {}).status_code == 200
        response = pool.submit(tab.trade, tab.code)
        until(lambda: room.get("/api/brake")["held"])
        [waiting] = room.get("/api/brake")["held"]
        until(lambda: all(channel.held_time.until for channel in channels))
        stood = [clock() for clock in clocks]
        time.sleep(4.2)
        assert [clock() for clock in clocks] == pytest.approx(stood)
        post(room, waiting["exchange"], action="go")
        assert "access_token" in response.result(10)
        room.ask("PUT", "/api/brake", json={"on": False})
        until(lambda: not any(channel.is_on for channel in channels))
        assert max(clock() for clock in clocks) - min(clock() for clock in clocks) < 0.5
        shown = {"Authorization": f"Bearer {tab.token}"}
        assert tab.browser.fetch("GET", f"{BANK}/accounts", **shown).status_code == 200
        until(lambda: all(clock() == pytest.approx(time.time(), abs=0.1) for clock in clocks))
