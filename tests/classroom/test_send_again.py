"""Send again: a recorded request reaches the party that received it, edited or not, and nobody else."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.classroom.room import Room, inside, open_room
from tests.support.conversation import Browser, Sandbox
from tests.support.journeys import Tab
from wire.message import Request

Json = dict[str, Any]


def used(valkey: str) -> Sandbox:
    """Return a sandbox in which Balance was connected and looked at the account."""
    sandbox = Sandbox(valkey)
    Tab(Browser(sandbox)).connect().look()
    return sandbox


@pytest.fixture(scope="module")
def sandbox(valkey: str) -> Sandbox:
    return used(valkey)


@pytest.fixture
def room(valkey: str, sandbox: Sandbox) -> Iterator[Room]:
    with open_room(valkey, http=inside(sandbox)) as room:
        yield room


def recorded(room: Room, method: str, path: str) -> Json:
    """Return the first request of this kind."""
    messages = room.get("/api/messages?limit=1000")["messages"]
    return next(each for each in messages if (each["kind"], each["method"], each["path"]) == ("request", method, path))


def again(room: Room, message: Json, **edited: Any) -> Json:
    answer = room.ask("POST", "/api/send-again", json={"message": message["id"], "request": edited})
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def refused(room: Room, status: int, **told: Any) -> str:
    answer = room.ask("POST", "/api/send-again", json=told)
    assert answer.status_code == status, answer.text
    return str(answer.get_json()["error"])


def test_what_is_sent_again_is_seen_on_the_wire_as_the_classrooms(room: Room) -> None:
    before = room.observer.newest()
    again(room, recorded(room, "POST", "/token"))
    room.catch_up()
    sent, answered = room.get(f"/api/messages?after={before}")["messages"]
    assert sent["from"]["id"] == "classroom" and dict(sent["headers"])["User-Agent"] == "glassbox-classroom"
    assert answered["status"] == 400


def test_every_part_can_be_edited(room: Room) -> None:
    trade = recorded(room, "POST", "/token")
    body = trade["body"].replace("client_id=balance", "client_id=nobody")
    told = again(room, trade, body=body)
    assert json.loads(told["response"]["body"])["error"] == "invalid_client"
    assert told["request"]["body"] == body
    assert again(room, trade, method="GET", body="")["response"]["status"] == 405
    told = again(room, trade, target="/nowhere?a=%62")
    assert told["response"]["status"] == 404
    assert room.app.extensions["http"].get_adapter("http://").sent[-1].url == "http://auth.localhost:9000/nowhere?a=%62"
    look = recorded(room, "GET", "/accounts")
    bare = [pair for pair in look["headers"] if pair[0] != "Authorization"]
    assert again(room, look, headers=bare)["response"]["status"] == 401


def test_the_senders_length_is_worked_out_anew(room: Room) -> None:
    trade = recorded(room, "POST", "/token")
    told = again(room, trade, body=trade["body"] + "&code=again")
    assert json.loads(told["response"]["body"])["error"] == "invalid_request"  # a repeated parameter, seen to its end
    assert parse_qs(told["request"]["body"])["code"][1] == "again"


@pytest.mark.parametrize(
    "edited, word",
    [
        ({"method": "get"}, "method"),
        ({"method": "GET /x HTTP/1.1\r\nA:"}, "method"),
        ({"target": "http://elsewhere.example/"}, "target"),
        ({"target": "@elsewhere.example/"}, "target"),
        ({"target": "/ HTTP/1.1\r\nHost: elsewhere.example\r\n"}, "target"),
        ({"target": "/é"}, "target"),
        ({"headers": {"Accept": "x"}}, "pairs"),
        ({"headers": [["Accept"]]}, "pairs"),
        ({"headers": [["Ac cept", "x"]]}, "name of a header"),
        ({"headers": [["Accept", "x\r\nHost: elsewhere.example"]]}, "one line"),
        ({"headers": [["Accept", "\ud800"]]}, "one line"),
        ({"body": 1}, "body"),
        ({"body": "\ud800"}, "utf-8"),
        ({"body": "?", "body_encoding": "base64"}, "base64"),
        ({"body": "", "body_encoding": "latin-1"}, "body_encoding"),
        ({"origin": "http://elsewhere.example"}, "must be an object of"),
        ("GET /", "must be an object of"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(room: Room, edited: Any, word: str) -> None:
    trade = recorded(room, "POST", "/token")
    assert word in refused(room, 400, message=trade["id"], request=edited)
    assert not room.app.extensions["http"].get_adapter("http://").sent


@pytest.mark.parametrize("target", ["//elsewhere.example/x", "/\\elsewhere.example", "/@elsewhere.example", "/../../x"])
def test_no_target_leads_to_another_address(room: Room, target: str) -> None:
    again(room, recorded(room, "POST", "/token"), target=target)
    [sent] = room.app.extensions["http"].get_adapter("http://").sent
    assert sent.url == f"http://auth.localhost:9000{target}"


def test_only_requests_of_our_parties_can_be_sent_again(room: Room) -> None:
    trade = recorded(room, "POST", "/token")
    answer = next(each for each in room.flow("authorization_code_public")["messages"] if each["kind"] == "response")
    assert "response" in refused(room, 400, message=answer["id"])
    assert "1-0" in refused(room, 404, message="1-0")
    assert "message" in refused(room, 400, request={})
    elsewhere = Request(party="other", origin="http://elsewhere.example", at=1.0, method="GET", target="/")
    in_a_lab = Request(party="auth", origin="http://auth-x.localhost:9100", world="x", at=1.0, method="GET", target="/")
    nobodys, a_labs = room.write(elsewhere, in_a_lab)
    assert "a gap" in refused(room, 400, message=nobodys)
    assert "auth, bank" in refused(room, 409, message=a_labs)
    lying = Request(party="auth", origin="http://elsewhere.example", at=1.0, method="GET", target="/healthz")
    [entry_id] = room.write(lying)
    assert again(room, {"id": entry_id})["request"]["origin"] == "http://auth.localhost:9000"
    assert trade["id"]


def test_a_body_that_was_cut_is_not_sent_unless_it_is_given_whole(room: Room) -> None:
    cut = Request(party="auth", at=1.0, method="POST", target="/token", body=b"grant_type=x", length=99)
    [entry_id] = room.write(cut)
    assert "beginning" in refused(room, 409, message=entry_id)
    assert "beginning" in refused(room, 409, message=entry_id, request={"body": "grant_type=x"})
    assert again(room, {"id": entry_id}, body="grant_type=xyz")["response"]["status"] in (400, 401)


def test_headers_that_were_left_out_are_not_passed_over(room: Room) -> None:
    """Neither is half a request sent for the whole, nor handed out as a line for the shell."""
    some = (("Accept", "*/*"),)
    cut = Request(party="auth", at=1.0, method="POST", target="/token", headers=some, headers_left_out=2)
    [entry_id] = room.write(cut)
    assert "no room" in refused(room, 409, message=entry_id, request={"target": "/token?a=b"})
    assert "no room" in room.get(f"/api/messages/{entry_id}/curl", 409)["error"]
    assert again(room, {"id": entry_id}, headers=[["Accept", "*/*"]])["response"]["status"] in (400, 401)


def test_bytes_are_sent_as_they_were(valkey: str, sandbox: Sandbox) -> None:
    body = b"\xff\x00\r\n{}"
    with party() as (port, seen), open_room(valkey, parties={"auth": f"http://auth.localhost:{port}"}) as room:
        headers = (("Cookie", "a=b"), ("X-Letters", "caf\xe9"), ("Connection", "close"), ("Content-Length", "999"))
        target = "/%7Ea/..//b?x=%20+&&=;"
        entry = Request(party="auth", at=1.0, method="PROPFIND", target=target, headers=headers, body=body, length=6)
        [entry_id] = room.write(entry)
        told = again(room, {"id": entry_id})
        [(line, sent, received)] = seen
        assert (line, received) == (f"PROPFIND {target} HTTP/1.1", body)
        assert sent["Host"] == f"auth.localhost:{port}" and sent["Content-Length"] == "6"
        assert sent["X-Letters"] == "caf\xe9" and sent["Cookie"] == "a=b"
        assert told["response"]["status"] == 302  # not followed: nothing else was asked
        assert [pair for pair in told["response"]["headers"] if pair[0] == "Set-Cookie"] == [
            ["Set-Cookie", "a=1"],
            ["Set-Cookie", "b=2"],
        ]
        again(room, {"id": entry_id})
        assert seen[1][1]["Cookie"] == "a=b"  # an answer's cookies are not kept


def test_a_party_that_is_away_is_said_to_be(valkey: str, sandbox: Sandbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and it does not listen: it answers nobody, and nobody else gets the port
        origin = f"http://auth.localhost:{taken.getsockname()[1]}"
        with open_room(valkey, parties={"auth": origin}) as room:
            assert "does not answer" in refused(room, 502, message=recorded(room, "POST", "/token")["id"])


def test_a_replayed_code_is_refused_and_its_tokens_are_revoked(valkey: str) -> None:
    """(RFC 6749 §4.1.2-3)"""
    with open_room(valkey, http=inside(used(valkey))) as room:
        replay(room)


def replay(room: Room) -> None:
    look, trade = recorded(room, "GET", "/accounts"), recorded(room, "POST", "/token")
    assert again(room, look)["response"]["status"] == 200
    told = again(room, trade)
    assert json.loads(told["response"]["body"])["error"] == "invalid_grant"
    assert told["first"]["status"] == 200 and "access_token" in told["first"]["body"]
    assert again(room, look)["response"]["status"] == 401


@contextmanager
def party() -> Iterator[tuple[int, list[tuple[str, Any, bytes]]]]:
    """Run a server that notes what reaches it, byte for byte, and sends everybody on."""
    seen: list[tuple[str, Any, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PROPFIND(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.requestline, self.headers, body))
            self.send_response(302)
            for name, value in (("Location", "/elsewhere"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")):
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
