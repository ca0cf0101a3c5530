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
from tests.support.conversation import Browser, Sandbox
from tests.support.journeys import Tab
from wire.message import Held
from wire.step_channel import CHANNEL


@pytest.fixture
def room(valkey: str) -> Iterator[Room]:
    redis.Redis.from_url(valkey).flushdb()
    with open_room(valkey) as room:
        yield room


@pytest.fixture
def heard(room: Room) -> Iterator[Any]:
    """Return a function that waits for the next word on the parties' channel which is not a repetition."""
    with room.redis.pubsub(ignore_subscribe_messages=True) as channel:
        channel.subscribe(CHANNEL)
        assert channel.get_message(timeout=1.0) is None

        def next_word() -> Any:
            message = channel.get_message(timeout=5.0)
            assert message
            return json.loads(message["data"])

        yield next_word


def held(**changes: Any) -> Held:
    now = time.time()
    known = {"party": "auth", "exchange": "e1", "at": now, "until": now + 60, "what": "request", "method": "POST"}
    return Held(**(known | {"target": "/token"} | changes))


def post(room: Room, exchange: str, status: int = 200, **told: Any) -> Any:
    answer = room.ask("POST", f"/api/brake/{exchange}", json=told)
    assert answer.status_code == status, answer.text
    return answer.get_json()


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("world", ["", "csrf"])
def test_the_parties_hear_whether_to_hold(room: Room, heard: Any, on: bool, world: str) -> None:
    answer = room.ask("PUT", "/api/brake", json={"on": on, "world": world})
    assert heard() == {"on": on, "world": world}
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
def test_a_decision_reaches_the_party_and_says_how_long_it_took(room: Room, heard: Any, action: str) -> None:
    room.write(held(at=time.time() - 5, world="csrf"))
    assert post(room, "e1", action=action) == {"exchange": "e1", "action": action}
    word = heard()
    assert 5 <= word.pop("held_for") < 60
    assert word == {"exchange": "e1", "world": "csrf", "action": action}


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
    word = heard()
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
    assert heard()["edited"] == {"body": "code=another"}


def test_nothing_is_decided_about_what_is_not_held(room: Room) -> None:
    room.write(held(), held(action="timeout"))
    assert "let go" in post(room, "e1", 404, action="go")["error"]
    assert "true or false" in room.ask("PUT", "/api/brake", json={"on": "yes"}).get_json()["error"]


def test_step_mode_stays_as_it_is_when_the_classroom_starts_anew_and_is_repeated(
    valkey: str, room: Room, heard: Any
) -> None:
    room.ask("PUT", "/api/brake", json={"on": True})
    assert heard() == {"on": True, "world": ""}
    with open_room(valkey) as again:
        assert heard() == {"on": True, "world": ""}
        until(lambda: again.get("/api/brake")["on"])
        control = again.app.extensions["step_mode"]
        now = control.told_at
        control.clock = lambda: now + REPEAT - 0.1
        control.repeat()
        control.clock = lambda: now + REPEAT
        control.repeat()
        assert heard() == {"on": True, "world": ""}
        again.redis.flushdb()  # `make reset`
        control.told_at = 0.0
        until(lambda: heard() == {"on": False, "world": ""})
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
