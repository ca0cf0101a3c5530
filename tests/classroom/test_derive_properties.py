"""What must hold whatever comes: any order gives the same flows, others change nothing, and nothing makes it raise."""

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from classroom.derive.conversation import Conversation
from tests.classroom.conftest import Recorded, conversation_of
from tests.support import journeys
from tests.support.conversation import Sandbox
from wire.message import Entry, Gap, Held, Note, Request, Response

quietly = settings(derandomize=True, deadline=None, max_examples=25)
PARTIES = {
    "auth": "http://auth.localhost:9000",
    "bank": "http://bank.localhost:9001",
    "budget": "http://budget.localhost:9002",
    "balance": "http://balance.localhost:9003",
}


def everything(conversation: Conversation) -> dict[str, Any]:
    """Return all that can be asked of a conversation."""
    return {
        "flows": conversation.flows_json(),
        "messages": [conversation.message_json(message.id) for message in conversation.messages],
        "custody": {name: conversation.custody_after(name) for name in conversation.flows},
        "learned": {name: conversation.learned(name) for name in conversation.flows},
    }


@given(st.data())
@quietly
def test_the_order_of_arrival_makes_no_difference(recorded: Recorded, data: st.DataObject) -> None:
    """Answers before their questions, calls before what caused them: the views sort by time."""
    name = data.draw(st.sampled_from(sorted(recorded)))
    entries = recorded[name]
    shuffled = data.draw(st.permutations(entries))
    assert everything(conversation_of(shuffled)) == everything(conversation_of(entries))


@given(st.data())
@quietly
def test_asking_in_between_makes_no_difference(recorded: Recorded, data: st.DataObject) -> None:
    """What was kept from an earlier question is never an old answer."""
    entries = recorded[data.draw(st.sampled_from(sorted(recorded)))]
    shuffled = data.draw(st.permutations(entries))
    asks = set(data.draw(st.lists(st.integers(0, len(entries)), max_size=6)))
    assert everything(asked_in_between(shuffled, asks)) == everything(conversation_of(entries))


def asked_in_between(entries: list[Entry], asks: set[int]) -> Conversation:
    """Return the conversation of entries, after some of which somebody had asked for everything."""
    conversation = Conversation()
    for number, entry in enumerate(entries):
        conversation.add(entry)
        if number in asks:
            everything(conversation)
    return conversation


@given(st.data())
@quietly
def test_asking_while_two_learners_use_balance_makes_no_difference(recorded: Recorded, data: st.DataObject) -> None:
    """The second learner's call makes the first one's preflight a guest of nobody's, after it was shown with a flow."""
    begun = recorded["balance"][0].at
    learners = [shifted(recorded[name], name, begun, data.draw(st.floats(-1, 1))) for name in ("balance", "replayed")]
    entries = sorted((entry for journey in learners for entry in journey), key=lambda entry: entry.at)
    asks = set(data.draw(st.lists(st.integers(0, len(entries)), min_size=3, max_size=9)))
    assert everything(asked_in_between(entries, asks)) == everything(conversation_of(entries))


def test_along_the_way_everything_is_told_as_a_fresh_reading_tells_it(recorded: Recorded) -> None:
    """Calls arrive before the page that caused them: a flow that was shown already takes the page in."""
    for name in ("balance", "denied", "stolen"):
        conversation = Conversation()
        for number, entry in enumerate(recorded[name]):
            conversation.add(entry)
            assert everything(conversation) == everything(conversation_of(recorded[name][: number + 1]))


def test_a_page_whose_origin_turns_up_later_is_known_in_what_was_told_before() -> None:
    """A lab's Balance lives at another origin, which is known when its own host has been heard."""
    origin = "http://balance-lab.localhost:9100"
    script = {"User-Agent": "Mozilla/5.0", "Origin": origin, "Sec-Fetch-Mode": "cors"}
    call = exchange("c", 1, 2, "bank", "/accounts", script | {"Authorization": "Bearer a-token"})
    entries: list[Entry] = [dataclasses.replace(entry, world="lab") for entry in call]
    host = dataclasses.replace(exchange("h", 3, 4, "balance", "/", {})[0], origin=origin, world="lab")
    conversation = conversation_of(entries)
    assert everything(conversation)["flows"][0]["lanes"] == ["browser", "bank"]
    conversation.add(host)
    assert everything(conversation) == everything(conversation_of([host, *entries]))
    assert conversation.flows_json()[0]["lanes"] == ["bank", "balance"]


def test_what_is_learnt_of_a_client_later_is_true_of_its_earlier_flows(valkey: str) -> None:
    """A flow that waits does not show how its client authenticates; the client's next flow does."""
    sandbox = Sandbox(valkey)
    client = journeys.Stranger(sandbox)
    client.ask()
    conversation = conversation_of(sandbox.entries())
    assert everything(conversation)["flows"][0]["kind"] == "authorization_code"
    client.trade(client.ask()["code"])
    for entry in sandbox.entries():
        conversation.add(entry)
    assert everything(conversation) == everything(conversation_of(sandbox.entries()))
    assert conversation.flows_json()[0]["kind"] == "authorization_code_confidential"


def test_a_token_whose_kind_turns_out_later_is_told_by_it_everywhere() -> None:
    """A form says `token`; a recording that began late shows only afterwards that it is a refresh token."""
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    given, answered = exchange("g", 1, 2, "auth", "/revoke", {})
    given = dataclasses.replace(given, method="POST", headers=form, body=b"token=what-is-it")
    asked, issued = exchange("t", 3, 4, "auth", "/token", {})
    asked = dataclasses.replace(asked, method="POST", headers=form, body=b"subject_token=what-is-it")
    told = (("Content-Type", "application/json"),)
    issued = dataclasses.replace(issued, headers=told, body=b'{"refresh_token": "what-is-it"}')
    conversation = conversation_of([given, answered, asked])
    assert everything(conversation)["messages"][0]["artifacts"][0]["kind"] == "access_token"
    conversation.add(issued)
    assert everything(conversation) == everything(conversation_of([given, answered, asked, issued]))
    assert everything(conversation)["messages"][0]["artifacts"][0]["kind"] == "refresh_token"


@given(st.data())
@quietly
def test_concurrent_flows_are_each_as_they_are_alone(recorded: Recorded, data: st.DataObject) -> None:
    """Journeys laid over one another, down to the middle of an exchange: each keeps its messages and custody."""
    names = data.draw(st.lists(st.sampled_from(sorted(recorded)), min_size=2, max_size=3, unique=True))
    shifts = [data.draw(st.floats(-1, 1)) for _ in names]
    start = min(entry.at for name in names for entry in recorded[name])
    moved = [shifted(recorded[name], name, start, shift) for name, shift in zip(names, shifts, strict=True)]
    mixed = data.draw(st.permutations([entry for entries in moved for entry in entries]))
    together = conversation_of(mixed)
    members = strong(together)
    for entries in moved:
        own = {entry.id for entry in entries}
        alone = strong(conversation_of(entries))
        assert {ids for ids in members if ids & own} == alone
    for entries in moved:
        alone_conversation = conversation_of(entries)
        for name in alone_conversation.flows:
            same_custody(alone_conversation, together, name)


def shifted(entries: list[Entry], name: str, start: float, shift: float) -> list[Entry]:
    """Return a journey as if it had begun at another time, under ids of its own."""
    begun, suffix = entries[0].at, sum(map(ord, name))
    return [
        dataclasses.replace(
            entry,
            id=f"{number + 1}-{suffix}",
            exchange=f"{name}{entry.exchange}",
            at=entry.at - begun + start + shift,
        )
        for number, entry in enumerate(entries)
    ]


def strong(conversation: Conversation) -> set[frozenset[str]]:
    """Return the flows as sets of the messages that artifacts tie together, without the guests."""
    parts = conversation.components.of_root.values()
    return {frozenset(message.id for message in part.messages) for part in parts if part.is_flow}


def same_custody(alone: Conversation, together: Conversation, name: str) -> None:
    """Nobody holds more or less of a flow's secrets because others were at it at the same time.

    A page that may have been asked for by either is left out then, and with it the cookie that only it carried.
    """
    tables = [rows(c.custody_after(c.flow_json(name)["id"])) for c in (alone, together)]
    breaches = [c.flow_json(name)["breaches"] for c in (alone, together)]
    assert tables[1].keys() <= tables[0].keys()
    for key in tables[1]:
        if key[0] != "session":
            assert tables[1][key] == tables[0][key]
    assert breaches[0] == breaches[1]


def rows(custody: dict[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    return {
        (row["artifact"]["kind"], row["artifact"]["fingerprint"]): {
            holder: cell["how"] for holder, cell in row["holders"].items() if cell["how"] != "never"
        }
        for row in custody["rows"]
    }


hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "<script>alert(1)</script>", "http://[", "//[::1", "%", "%zz%00", "a.b.c", "eyJhIjoxfQ.eyJub25jZSI6WzFdfQ.",
            "Basic ====", "Basic Og==", "Bearer", "Bearer \ud800", "=;=;", "\udcff", "\x00", "state=", "../" * 9,
            "application/json", "application/x-www-form-urlencoded", "text/html", "Mozilla/5.0", "glassbox-budget",
            "Bank API", "NaN", "9" * 400, "[" * 3000, '{"nonce": {"a": 1}}', "code=1&code=2&state=%ff", "null",
        ]
    ),
)  # fmt: skip
names = st.sampled_from(
    ["Authorization", "Cookie", "Set-Cookie", "Location", "Referer", "Origin", "User-Agent", "Content-Type"]
) | st.text(max_size=8)
headers = st.lists(st.tuples(names, hostile), max_size=6).map(tuple)
bodies = st.one_of(
    st.binary(max_size=60),
    hostile.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.dictionaries(
        st.sampled_from(["access_token", "error", "sub", "exp", "active", "expires_in", "client_id", "id_token"]),
        st.one_of(hostile, st.none(), st.booleans(), st.floats(), st.integers(), st.lists(st.integers(), max_size=2)),
        max_size=6,
    ).map(lambda members: json.dumps(members).encode()),
    hostile.map(lambda text: f'<input type="hidden" name="{text}" value="{text}">'.encode("utf-8", "surrogatepass")),
)
whole = {
    "id": st.one_of(st.integers(0, 99).map(lambda n: f"{n}-0"), hostile),
    "exchange": st.one_of(st.integers(0, 9).map(str), hostile),
    "world": st.sampled_from(["", "lab"]),
    "party": st.sampled_from([*PARTIES, "", "nobody"]),
    "origin": st.one_of(st.sampled_from(sorted(PARTIES.values())), hostile),
    "at": st.integers(0, 20).map(float),
}
targets = st.one_of(
    hostile,
    st.builds(
        "{}?{}={}&next=%2Fauthorize%3F{}%3D{}".format,
        st.sampled_from(["/authorize", "/token", "/login", "/callback", "/revoke", "/"]),
        st.sampled_from(["code", "state", "client_id", "redirect_uri", "access_token", "error"]),
        hostile,
        st.sampled_from(["state", "nonce", "transaction"]),
        hostile,
    ),
)
entries_of_all_kinds = st.one_of(
    st.builds(Request, **whole, method=st.sampled_from(["GET", "POST", "OPTIONS", ""]), target=targets,
              headers=headers, body=bodies, length=st.integers(0, 99)),
    st.builds(Response, **whole, status=st.sampled_from([0, 200, 303, 400, 500]), reason=hostile, headers=headers,
              body=bodies, length=st.integers(0, 99)),
    st.builds(Note, **whole, what=hostile,
              details=st.dictionaries(st.sampled_from(["verifier", "state", "x"]), hostile)),
    st.builds(Gap, **whole, lost=st.integers(0, 9)),
    st.builds(Held, **whole, what=hostile, until=st.floats(0, 9), target=targets, headers=headers, body=bodies),
)  # fmt: skip


@given(st.lists(entries_of_all_kinds, max_size=12))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_string_in_any_field_makes_it_raise(entries: list[Entry]) -> None:
    """Every byte of a message is hostile; whatever comes can be shown, and written as JSON."""
    conversation = conversation_of(entries)
    told = everything(conversation)
    assert json.loads(json.dumps(told)) is not None
    assert len(told["messages"]) == len({entry.id for entry in entries})


def exchange(
    name: str, start: float, end: float, party: str, target: str, headers: dict[str, str], **answer: Any
) -> tuple[Request, Response]:
    """An exchange at given moments, which no clock could be made to give."""
    place: dict[str, Any] = {"party": party, "origin": PARTIES[party], "exchange": name}
    number = sum(map(ord, name))
    return (
        Request(id=f"{number}-0", at=start, method="GET", target=target, headers=tuple(headers.items()), **place),
        Response(id=f"{number}-1", at=end, **({"status": 200} | answer), **place),
    )


def test_two_pages_at_the_same_moment_never_join_their_flows() -> None:
    """Calls within calls are told apart by time; where time does not tell them apart they are not guessed."""
    browser, budget = {"User-Agent": "Mozilla/5.0"}, {"User-Agent": "glassbox-budget"}
    entries: Iterable[Entry] = [
        *exchange("a", 1, 9, "budget", "/", browser),
        *exchange("b", 2, 8, "budget", "/", browser),
        *exchange("c", 3, 4, "bank", "/accounts", budget | {"Authorization": "Bearer token-of-alice"}),
        *exchange("d", 5, 6, "bank", "/accounts", budget | {"Authorization": "Bearer token-of-bob"}),
    ]
    found = conversation_of(list(entries))
    assert [flow["count"] for flow in found.flows_json()] == [2, 2]
