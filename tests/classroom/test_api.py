"""What the classroom answers to programs, about journeys that the running parties recorded."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from classroom.api import MOST_MESSAGES
from tests.classroom.room import ORIGIN, Room, open_room
from tests.support.conversation import Browser, Sandbox
from tests.support.journeys import Tab, connect_budget
from tests.support.node_tools import complaint_about_answers
from tests.support.streams import entries_of
from wire.message import Held, Note, Request


@pytest.fixture(scope="module")
def sandbox(valkey: str) -> Sandbox:
    """Two learners connected Budget and Balance."""
    sandbox = Sandbox(valkey)
    connect_budget(Browser(sandbox))
    Tab(Browser(sandbox)).connect("bob").look()
    return sandbox


@pytest.fixture(scope="module")
def room(valkey: str, sandbox: Sandbox) -> Iterator[Room]:
    with open_room(valkey) as room:
        yield room


def test_flows_are_listed_and_hold_their_messages(room: Room) -> None:
    listed = room.get("/api/flows")["flows"]
    assert {"authorization_code_confidential", "authorization_code_public"} <= {flow["kind"] for flow in listed}
    for flow in listed:
        whole = room.get(f"/api/flows/{flow['id']}")
        assert [message["id"] for message in whole["messages"]] == flow["messages"]
        assert {message["flow"] for message in whole["messages"]} == {flow["id"]}
        assert whole["custody"]["rows"]


def test_flows_come_page_by_page_the_newest_first_and_each_once(room: Room) -> None:
    whole = room.get("/api/flows")
    assert [flow["began_at"] for flow in whole["flows"]] == sorted(
        (f["began_at"] for f in whole["flows"]), reverse=True
    )
    assert len(whole["flows"]) > 1 and not whole["more"]
    pages: list[str] = []
    page: dict[str, Any] = {"next": "", "more": True}
    while page["more"]:
        page = room.get(f"/api/flows?limit=1&before={page['next']}")
        assert len(page["flows"]) == 1
        pages += [flow["id"] for flow in page["flows"]]
    assert pages == [flow["id"] for flow in whole["flows"]]
    assert room.get(f"/api/flows?before={page['next']}") == {"flows": [], "next": page["next"], "more": False}
    assert room.get("/api/flows?world=a-lab") == {"flows": [], "next": "", "more": False}


def test_a_page_of_flows_is_of_a_bounded_size(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the messages of its flows, too; it has one flow all the same."""
    monkeypatch.setattr("classroom.api.MOST_LISTED", 1)
    page = room.get("/api/flows")
    assert (len(page["flows"]), page["more"]) == (1, True)


def test_custody_and_eavesdropper_follow_the_moment(room: Room) -> None:
    flow = room.flow("authorization_code_confidential")
    first, last = flow["messages"][0]["id"], flow["messages"][-1]["id"]
    for what in ("custody", "eavesdropper"):
        path = f"/api/flows/{flow['id']}/{what}"
        assert room.get(path) == room.get(f"{path}?after={last}") != room.get(f"{path}?after={first}")


def test_messages_come_page_by_page_each_once(room: Room) -> None:
    whole = [message["id"] for message in room.get(f"/api/messages?limit={MOST_MESSAGES}")["messages"]]
    pages, after, more = [], "", True
    while more:
        page = room.get(f"/api/messages?limit=7&after={after}")
        pages += [message["id"] for message in page["messages"]]
        after, more = page["next"], page["more"]
    assert pages == whole == [entry.id for entry in entries_of(room.redis)]


def test_a_message_tells_all_that_was_recorded(room: Room) -> None:
    flow = room.flow("authorization_code_confidential")
    trade = next(each for each in flow["messages"] if each["path"] == "/token" and each["kind"] == "request")
    found = room.get(f"/api/messages/{trade['id']}")
    assert found == trade
    assert found["method"] == "POST" and found["origin"] == "http://auth.localhost:9000"
    assert "grant_type=authorization_code" in found["body"]
    assert {"code", "verifier", "client_secret"} <= {each["kind"] for each in found["artifacts"]}


def test_parties_tell_who_they_are_and_whether_they_answer(sandbox: Sandbox, room: Room) -> None:
    health = room.app.extensions["health"]
    health.http, health.asked_at = nobody_answers(), float("-inf")
    parties = {party["id"]: party for party in room.get("/api/parties")["parties"]}
    assert {name: party["health"] for name, party in parties.items()} == dict.fromkeys(parties, "away")
    assert parties["auth"]["title"] == "Bank ID" and parties["auth"]["messages"] > 4
    health.http, health.asked_at = sandbox.program("glassbox-classroom"), float("-inf")
    told = room.get("/api/parties")["parties"]
    assert [party["health"] for party in told] == ["ready"] * 4
    assert all(party["milliseconds"] > 0 for party in told)


def test_a_party_counts_what_it_received_and_answered_itself(room: Room) -> None:
    """Neither what a page notes, nor what step mode holds, nor a message in a lab's world."""
    place: dict[str, Any] = {"party": "auth", "origin": "http://auth.localhost:9000", "at": time.time()}
    before = room.get("/api/parties")["parties"]
    room.write(
        Note(what="Something happened here", details={}, **place),
        Held(what="request", until=0, target="/", exchange="h", **place),
        Request(world="a-lab", method="GET", target="/", **place),
    )
    counts = [[party["messages"] for party in told] for told in (before, room.get("/api/parties")["parties"])]
    assert counts[0] == counts[1]


def nobody_answers() -> requests.Session:
    class Down(BaseAdapter):
        def send(self, *_: Any, **__: Any) -> Any:
            raise requests.ConnectionError

    session = requests.Session()
    session.mount("http://", Down())
    return session


@pytest.mark.parametrize(
    "path, status, word",
    [
        ("/api/flows/f1-0", 404, "/api/flows"),
        ("/api/flows/none/custody", 404, "/api/flows"),
        ("/api/flows?before=none", 404, "before"),
        ("/api/flows?limit=201", 400, "200"),
        ("/api/messages/1-0", 404, "1-0"),
        ("/api/messages/1-0/curl", 404, "1-0"),
        ("/api/compare?left=f1-0", 404, "/api/flows"),
        ("/api/messages?limit=0", 400, "1 to 1000"),
        ("/api/messages?limit=1001", 400, "1 to 1000"),
        ("/api/messages?limit=²", 400, "1 to 1000"),
        ("/api/messages?after=yesterday", 400, "after"),
        (f"/api/messages?after={'1' * 20}-0", 400, "after"),
        (f"/api/messages/{'1' * 20}-0", 404, "no message"),
        ("/api/events?after=yesterday", 400, "after"),
        ("/api/flows/f1-0/export.docx", 404, "har"),
        ("/api/nothing", 404, ""),
    ],
)
def test_a_refusal_says_what_was_expected(room: Room, path: str, status: int, word: str) -> None:
    assert word in room.get(path, status)["error"]


def test_custody_is_asked_only_for_a_moment_of_the_flow(room: Room) -> None:
    flow, other = room.flow("authorization_code_confidential"), room.flow("authorization_code_public")
    stranger = other["messages"][0]["id"]
    assert stranger in room.get(f"/api/flows/{flow['id']}/custody?after={stranger}", 404)["error"]


def test_every_route_is_described_and_nothing_else_is(room: Room) -> None:
    told = {
        (method.upper(), path)
        for path, methods in room.get("/api/openapi.json")["paths"].items()
        for method in methods
        if method != "parameters"
    }
    served = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in room.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == served


def test_every_reference_in_the_description_leads_somewhere(room: Room) -> None:
    description = room.get("/api/openapi.json")
    text = json.dumps(description)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        place = description
        for step in reference.split("/"):
            place = place[step]


def described(method: str, path: str, status: int) -> list[str]:
    return ["paths", path, method, "responses", str(status), "content", "application/json", "schema"]


def test_answers_are_what_the_description_says(room: Room) -> None:
    flow = room.flow("authorization_code_confidential")
    answers: list[tuple[list[str], Any]] = []
    for path in ("/flows", "/flows/{flow_id}", "/flows/{flow_id}/custody", "/flows/{flow_id}/eavesdropper"):
        answers.append((described("get", f"/api{path}", 200), room.get(f"/api{path}".format(flow_id=flow["id"]))))
    answers.append((described("get", "/api/flows/{flow_id}", 200), room.get(f"/api/flows/{flow['id']}?brief=1")))
    answers.append((described("get", "/api/flows/{flow_id}", 404), room.get("/api/flows/f1-0", 404)))
    other = room.flow("authorization_code_public")
    compared = room.get(f"/api/compare?left={flow['id']}&right={other['id']}")
    answers.append((described("get", "/api/compare", 200), compared))
    answers += [
        (described("get", "/api/messages/{message_id}", 200), room.get(f"/api/messages/{message['id']}"))
        for message in flow["messages"]
    ]
    answers += [
        (described("get", path, 200), room.get(path)) for path in ("/api/messages", "/api/parties", "/api/brake")
    ]
    document = room.get("/api/openapi.json")
    assert complaint_about_answers(document, answers) == ""
    wrong = {"next": "", "more": False, "flows": [room.get("/api/flows")["flows"][0] | {"kind": "unheard of"}]}
    assert "flows[0].kind" in complaint_about_answers(document, [(described("get", "/api/flows", 200), wrong)])


def test_every_member_of_an_answer_is_described(room: Room) -> None:
    schemas = room.get("/api/openapi.json")["components"]["schemas"]
    flow = room.flow("authorization_code_public")
    for message in flow["messages"]:
        assert message.keys() <= schemas["Message"]["properties"].keys()
    for each in room.get("/api/flows")["flows"]:
        assert each.keys() <= schemas["Flow"]["properties"].keys()
    for party in room.get("/api/parties")["parties"]:
        assert party.keys() <= schemas["Party"]["properties"].keys()


def test_the_newest_messages_can_be_asked_for(room: Room) -> None:
    whole = room.get(f"/api/messages?limit={MOST_MESSAGES}")["messages"]
    told = room.get("/api/messages?newest=3")
    assert told == {"messages": whole[-3:], "next": whole[-1]["id"], "more": False}


def test_plain_localhost_leads_to_the_classroom(room: Room) -> None:
    answer = room.client.get("/wire?flow=f1-0", base_url="http://localhost:9080")
    assert (answer.status_code, answer.headers["Location"]) == (308, f"{ORIGIN}/wire?flow=f1-0")


@pytest.mark.parametrize("path", ["/", "/wire", "/wire/present", "/wire/compare", "/parties"])
def test_pages_are_there(room: Room, path: str) -> None:
    answer = room.ask("GET", path)
    assert answer.status_code == 200 and answer.mimetype == "text/html"
    assert "style=" not in answer.text and " onclick" not in answer.text  # its own policy would forbid them


def test_it_lives_and_says_when_it_cannot_work(room: Room) -> None:
    assert room.get("/healthz") == {"status": "alive"}
    assert room.get("/readyz") == {"status": "ready"}
