"""The wire holds secrets: it is shown to nobody else, and every byte of it stays text."""

import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis

from classroom.defences import Defences
from tests.classroom import hostile
from tests.classroom.room import ORIGIN, Room, inside, open_room
from tests.support.conversation import BALANCE, Browser, Sandbox
from tests.support.journeys import connect_budget
from wire.message import Request

FOREIGN = "http://bank.localhost:9001"
METHODS = [name for name, _ in inspect.getmembers(Defences, inspect.isfunction)]


@pytest.fixture(scope="module")
def sandbox(valkey: str) -> Sandbox:
    sandbox = Sandbox(valkey)
    connect_budget(Browser(sandbox))
    return sandbox


@pytest.fixture
def room(valkey: str, sandbox: Sandbox) -> Iterator[Room]:
    with open_room(valkey, http=inside(sandbox)) as room:
        yield room


def first_id(room: Room, path: str) -> str:
    messages = room.get("/api/messages?limit=1000")["messages"]
    return next(str(each["id"]) for each in messages if each["path"] == path and each["kind"] == "request")


def sent_to_a_stranger(room: Room) -> int:
    place = {"party": "attacker", "world": "mix-up", "origin": "http://attacker-mix-up.localhost:9100"}
    [entry_id] = room.write(Request(**place, at=1.0, method="GET", target="/"))  # type: ignore[arg-type]
    room.app.config["PROPAGATE_EXCEPTIONS"] = False
    return room.ask("POST", "/api/send-again", json={"message": entry_id}).status_code


def policy(room: Room) -> str:
    return str(room.ask("GET", "/wire").headers.get("Content-Security-Policy"))


def framed_by(room: Room, path: str) -> str:
    """Return who may show a page within one of theirs; every policy that is sent holds."""
    policies = "; ".join(room.ask("GET", path).headers.getlist("Content-Security-Policy")).split("; ")
    return " ".join(one.removeprefix("frame-ancestors ") for one in policies if one.startswith("frame-ancestors"))


def asked_by_the_labs(room: Room, *paths: str) -> list[int]:
    """Return what comes of asking at the address where only the labs come in."""
    room.app.extensions["for_the_labs"] = "10.1.2.3"
    there = {"SERVER_NAME": "10.1.2.3"}
    return [room.ask("GET", path, environ_overrides=there).status_code for path in paths]


def headers_of(room: Room, *names: str) -> list[str | None]:
    found = room.ask("GET", "/api/flows").headers
    return [found.get(name) for name in names]


# For each defence a question, and the answer that it stands for.
CHECKS: dict[str, tuple[Callable[[Room], Any], Any]] = {
    "other_origins_are_refused": (
        lambda room: [
            room.ask("GET", "/api/flows", headers={"Origin": origin}).status_code for origin in (FOREIGN, "null")
        ],
        [403, 403],
    ),
    "other_sites_embed_nothing": (
        lambda room: [
            room.ask("GET", "/api/messages", headers={"Sec-Fetch-Site": site}).status_code
            for site in ("cross-site", "same-site", "same-origin", "none")
        ],
        [403, 403, 200, 200],
    ),
    "changes_come_from_our_pages": (
        lambda room: [
            room.ask("PUT", "/api/brake", data='{"on": true}', headers=headers).status_code
            for headers in (
                {"Content-Type": "text/plain"},
                {"Content-Type": "application/x-www-form-urlencoded"},
                {"Content-Type": "application/json", "Origin": ""},
                {"Content-Type": "application/json"},
            )
        ],
        [415, 415, 403, 200],
    ),
    "labs_read_their_worlds_only": (
        lambda room: asked_by_the_labs(
            room, "/", "/wire", "/api/flows", "/api/messages", "/api/messages?world=", "/api/messages?world=a-lab"
        ),
        [403, 403, 403, 403, 403, 200],
    ),
    "only_our_parties_are_sent_to": (sent_to_a_stranger, 409),
    "redirects_are_not_followed": (
        lambda room: room.ask("POST", "/api/send-again", json={"message": first_id(room, "/connect")}).get_json()[
            "response"
        ]["status"],
        303,
    ),
    "pages_run_only_our_scripts": (
        policy,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'",
    ),
    "only_the_labs_frame_one_page": (
        lambda room: [framed_by(room, path) for path in ("/", "/wire", "/wire/run?world=a-lab", "/api/flows")],
        ["'none'", "'none'", "http://labs.localhost:9100", "'none'"],
    ),
    "types_are_not_guessed": (lambda room: headers_of(room, "X-Content-Type-Options"), ["nosniff"]),
    "nothing_is_kept": (
        lambda room: headers_of(room, "Cache-Control", "Referrer-Policy"),
        ["no-store", "no-referrer"],
    ),
    "windows_are_apart": (
        lambda room: headers_of(room, "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"),
        ["same-origin", "same-origin"],
    ),
}
WEAKER: dict[str, Callable[..., Any]] = {
    "only_our_parties_are_sent_to": lambda _, parties, message: message["origin"],
    "redirects_are_not_followed": lambda _: True,
}


@pytest.mark.parametrize("method", METHODS)
def test_each_defence_holds_and_without_it_the_attack_goes_through(valkey: str, sandbox: Sandbox, method: str) -> None:
    question, answer = CHECKS[method]
    weak = type("Weak", (Defences,), {method: WEAKER.get(method, lambda *_, **__: None)})()
    with open_room(valkey, http=inside(sandbox)) as room:
        assert question(room) == answer
    with open_room(valkey, weak, http=inside(sandbox)) as room:
        assert question(room) != answer


@pytest.mark.parametrize(
    "host", ["127.0.0.1:9080", "evil.example", "evil.example:9080", "auth.localhost:9080", "localhost:1"]
)
def test_no_other_host_is_answered(room: Room, host: str) -> None:
    """A name that a stranger points at loopback gets nothing: DNS rebinding."""
    for path in ("/", "/wire", "/api/flows", "/api/events", "/static/icons.svg"):
        assert room.client.get(path, base_url=f"http://{host}").status_code == 421


def test_our_own_pages_may_ask(room: Room) -> None:
    own = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    assert room.ask("GET", "/api/flows", headers=own).status_code == 200
    answer = room.ask("PUT", "/api/brake", json={"on": False}, headers=own)
    assert answer.status_code == 200


def test_the_page_that_may_be_framed_asks_as_our_own_and_its_frame_gives_no_right(room: Room) -> None:
    """A frame comes from another site; what the page in it asks comes from ourselves."""
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}
    assert room.ask("GET", "/wire/run?world=a-lab", headers=framed).status_code == 200
    for path in ("/api/messages?world=a-lab", "/api/events", "/api/flows"):
        assert room.ask("GET", path, headers=framed).status_code == 403
    labs = {"Origin": "http://labs.localhost:9100", "Sec-Fetch-Site": "cross-site"}
    for path in ("/wire/run?world=a-lab", "/api/messages?world=a-lab"):
        assert room.ask("GET", path, headers=labs).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "",
        "world=",
        "world=A%22",
        "world=a-lab&after=x",
        "world=a-lab&until=1-2-3",
        "world=a-lab&proof=1-1,%22",
        "world=a-lab&proof=" + ",".join(["1-1"] * 201),
        "world=a-lab&verdict=won",
        "world=a-lab&theme=%22red",
    ],
)
def test_what_the_framed_page_is_asked_for_is_bounded(room: Room, query: str) -> None:
    assert room.ask("GET", f"/wire/run?{query}").status_code == 400


def test_the_framed_page_says_only_what_it_was_asked_for(room: Room) -> None:
    """It holds no message: those come from the API, which the page around it cannot read."""
    query = "world=a-lab&after=1-1&until=9-9&proof=2-2,3-3&verdict=did%20not%20run&theme=dark"
    page = room.ask("GET", f"/wire/run?{query}").text
    for told in ('data-theme="dark"', 'data-after="1-1"', 'data-until="9-9"', 'data-proof="2-2,3-3"'):
        assert told in page
    assert 'data-verdict="did not run"' in page and 'data-labs="http://labs.localhost:9100"' in page


def test_every_answer_carries_every_header_and_invites_nobody(room: Room) -> None:
    for path in (
        "/",
        "/wire",
        "/nowhere",
        "/api/flows",
        "/api/nowhere",
        "/static/icons.svg",
        "/healthz",
        "/api/events",
    ):
        for origin in ({}, {"Origin": FOREIGN}):
            answer = room.ask("GET", path, headers=origin)
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
            for name in ("Content-Security-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
                assert name in answer.headers
            assert answer.headers["Cache-Control"] == "no-store"
            answer.close()
    preflight = {"Origin": FOREIGN, "Access-Control-Request-Method": "PUT"}
    assert room.ask("OPTIONS", "/api/brake", headers=preflight).status_code == 403


@pytest.mark.parametrize("method, path", [("POST", "/api/send-again"), ("PUT", "/api/brake"), ("POST", "/api/brake/x")])
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff", b'{"on": 1, "message": [], "action": {}}', b"[" * 60_000]
)
def test_a_body_that_makes_no_sense_is_refused(room: Room, method: str, path: str, body: bytes) -> None:
    answer = room.ask(method, path, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 404) and answer.get_json()["error"]


def test_a_body_that_is_too_large_is_refused(room: Room) -> None:
    answer = room.ask("POST", "/api/send-again", json={"message": "x" * 70_000})
    assert answer.status_code == 413 and answer.get_json()["error"]


@pytest.fixture(scope="module")
def hostile_room(valkey: str) -> Iterator[Room]:
    redis.Redis.from_url(valkey).flushdb()
    with open_room(valkey) as room:
        yield room


@pytest.mark.parametrize("name", hostile.STRINGS)
def test_hostile_text_stays_text_in_every_field(hostile_room: Room, name: str) -> None:
    room, text = hostile_room, hostile.STRINGS[name]
    listener = room.listen()
    hello = listener.next("hello")
    written = room.write(*hostile.entries(text))
    found = [whole(room, f"/api/messages/{entry_id}") for entry_id in written]
    as_recorded = text.encode("utf-8", "replace").decode()
    assert found[0]["target"].count(as_recorded) >= 4
    assert text in dict(found[0]["headers"])["Cookie"]
    assert found[1]["reason"] == as_recorded
    assert [text, text] in found[2]["headers"]
    assert found[6]["what"] == as_recorded and found[6]["details"][text] == text
    assert [each["kind"] for each in found[8:]] == ["gap", "gap"]  # they name somebody who is no party
    assert listener.until_message(written[-1]) == written  # no text has broken out of its event
    told = whole(room, f"/api/messages?limit=1000&after={hello['data']['newest']}")
    assert told["messages"] == found
    for flow in {message["flow"] for message in found if message["flow"]}:
        for path in ("", "/custody", "/eavesdropper"):
            whole(room, f"/api/flows/{flow}{path}")
    for path in ("/api/flows", "/api/parties", "/api/brake"):
        whole(room, path)


def whole(room: Room, path: str) -> Any:
    """Return JSON that says it is JSON, and in which nothing but ASCII stands."""
    answer = room.ask("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json" and answer.headers["X-Content-Type-Options"] == "nosniff"
    return json.loads(answer.data.decode("ascii"))


@pytest.mark.parametrize(
    "note, status",
    [
        (b'{"what": "\\ud800", "details": {"\\ud800": "\\ud800"}}', 204),
        (b'{"what": "x", "details": {"state": "<script>"}}', 204),
        (b"[" * 16_000, 400),
        (b'{"what": "x"}', 400),
    ],
)
def test_what_a_page_reports_breaks_nothing(valkey: str, sandbox: Sandbox, note: bytes, status: int) -> None:
    headers = {"Origin": BALANCE, "Content-Type": "application/json"}
    assert sandbox.ask("POST", f"{BALANCE}/.wire/notes", headers, note).status_code == status
    with open_room(valkey) as room:
        assert whole(room, "/api/messages?newest=1")["messages"]


def test_a_refusal_does_not_repeat_what_was_asked_as_markup(room: Room) -> None:
    for path in ("/<script>alert(1)</script>", "/wire/<script>"):
        answer = room.ask("GET", path)
        assert answer.status_code == 404 and "<script>alert" not in answer.text
