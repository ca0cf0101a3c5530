"""Flows: which messages belong together, what kind of flow they make, and how far it came."""

from typing import Any
from urllib.parse import urlencode

import pytest

from classroom import views
from classroom.derive import conversation
from classroom.derive.conversation import Conversation
from classroom.derive.reading import decode
from classroom.derive.reading.decode import fingerprint
from classroom.derive.reading.people import sender
from classroom.derive.reading.reading import Reading
from classroom.derive.reading.steps import step_of
from classroom.parties import origins
from tests.classroom.conftest import Recorded, conversation_of, let_go, tell
from tests.classroom.test_artifacts import request
from tests.classroom.test_derive_properties import exchange
from tests.support import journeys
from tests.support.conversation import AUTH, BALANCE, FIREFOX, Browser, Sandbox
from wire.message import Entry, Note, Request, Response


def flows(recorded: Recorded, name: str) -> tuple[Conversation, list[dict[str, Any]]]:
    found = conversation_of(recorded[name])
    return found, found.flows_json()


def asked(found: Conversation, flow: dict[str, Any]) -> list[str]:
    """Return the requests of a flow in the words of a log."""
    messages = [found.message_json(message_id) for message_id in flow["messages"]]
    return [f"{m['from']['id']} {m['method']} {m['path']}" for m in messages if m["kind"] == "request"]


@pytest.mark.parametrize(
    ("journey", "kind", "state", "title", "lanes"),
    [
        ("budget", "authorization_code_confidential", "finished", "Budget, for alice", "budget browser auth bank"),
        ("balance", "authorization_code_public", "finished", "Balance, for alice", "balance browser auth bank"),
        ("message", "authorization_code_public", "finished", "Balance, for alice", "balance browser auth bank"),
        ("denied", "authorization_code_confidential", "failed", "Budget, for bob", "budget browser auth"),
        ("waiting", "authorization_code_confidential", "waiting", "Budget", "budget browser auth"),
        ("itself", "client_credentials", "finished", "Night job, for itself", "other auth bank"),
        ("stolen", "authorization_code_confidential", "finished", "Budget, for alice",
         "budget browser auth bank attacker"),
    ],
)  # fmt: skip
def test_each_journey_is_one_flow_of_its_kind(
    recorded: Recorded, journey: str, kind: str, state: str, title: str, lanes: str
) -> None:
    """A flow is named for who wants something and for whom (RFC 6749 §4.1, §4.4)."""
    _, (flow,) = flows(recorded, journey)
    assert (flow["kind"], flow["state"], flow["title"], flow["lanes"]) == (kind, state, title, lanes.split())


def test_a_refresh_is_a_flow_of_its_own_only_where_the_beginning_was_not_recorded(recorded: Recorded) -> None:
    """The stream is capped, and what began it may be gone (RFC 6749 §6)."""
    late = [
        entry
        for entry in recorded["budget"]
        if isinstance(entry, Request) and b"grant_type=refresh_token" in entry.body
    ]
    answers = [entry for entry in recorded["budget"] if isinstance(entry, Response)]
    (flow,) = conversation_of([*late, *(a for a in answers if a.exchange == late[0].exchange)]).flows_json()
    assert (flow["kind"], flow["state"], flow["client_id"]) == ("refresh", "finished", "budget")


def test_what_shows_no_beginning_is_of_an_unknown_kind(recorded: Recorded) -> None:
    """A token that is given back, and nothing else (RFC 7009 §2.1)."""
    revoked = [e for e in recorded["balance"] if isinstance(e, Request) and e.target == "/revoke"]
    (flow,) = conversation_of(list(revoked)).flows_json()
    assert flow["kind"] == "unknown"


def test_a_device_asks_without_a_browser_and_waits(valkey: str) -> None:
    """Our authorization server knows no devices; the flow is known by what was asked (RFC 8628 §3.1, §3.4)."""
    sandbox = Sandbox(valkey)
    television = sandbox.program("television/1.0")
    television.post(f"{AUTH}/device_authorization", data={"client_id": "television"})
    told = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "the-code-of-the-device"}
    television.post(f"{AUTH}/token", data=told | {"client_id": "television"})
    assert [flow["kind"] for flow in conversation_of(sandbox.entries()).flows_json()] == ["device", "device"]


def test_a_client_that_acts_for_itself_is_nobodys(recorded: Recorded) -> None:
    """Introspection gives its own name as `sub`, which is no person's (RFC 9700 §4.15.1)."""
    found, (flow,) = flows(recorded, "itself")
    assert "other GET /accounts" in asked(found, flow) and flow["person"] is None


def test_a_strangers_client_is_told_apart_by_how_it_authenticates_and_named_as_it_registered(
    recorded: Recorded,
) -> None:
    """A client that we did not write, without `state`: two tries, two flows, the second refused (RFC 7636 §4.4.1)."""
    _, (first, second) = flows(recorded, "stranger")
    assert (first["title"], first["kind"]) == ("Ledgerly, for bob", "authorization_code_confidential")
    assert (first["state"], second["state"]) == ("finished", "failed")
    assert second["failed_at"] == second["messages"][-1]
    assert second["person"] == "bob", "known by the session that he signed in with before"


def test_a_client_that_proved_itself_once_is_confidential_in_all_its_flows(valkey: str) -> None:
    """Somebody who sends its id without its secret does not make it a public client (RFC 6749 §2.1)."""
    sandbox = Sandbox(valkey)
    client = journeys.Stranger(sandbox)
    client.trade(client.ask()["code"], client_secret="")
    tried = conversation_of(sandbox.entries())
    assert [flow["kind"] for flow in tried.flows_json()] == ["authorization_code_public"]
    client.trade(client.ask()["code"])
    client.trade(client.ask()["code"], client_secret="")
    for entries in (sandbox.entries(), sandbox.entries()[::-1]):
        assert {flow["kind"] for flow in conversation_of(entries).flows_json()} == {"authorization_code_confidential"}


def test_an_implicit_flow_ends_with_the_token_in_the_address() -> None:
    """Nothing comes after it at the authorization server: no code, and no trade (RFC 6749 §4.2)."""
    question = "response_type=token&client_id=balance&state=a-state-of-its-own"
    asked = request("1-0", f"/authorize?{question}", party="auth", origin=AUTH)
    address = f"{BALANCE}/callback#access_token=a-token&state=a-state-of-its-own"
    told = Response(id="2-0", exchange="1-0", party="auth", at=2, status=303, headers=(("Location", address),))
    conversations: list[list[Entry]] = [[asked], [asked, told]]
    found = [conversation_of(entries).flows_json()[0] for entries in conversations]
    assert [flow["kind"] for flow in found] == ["implicit", "implicit"]
    assert [flow["state"] for flow in found] == ["waiting", "finished"]
    assert found[1]["stages"][-1] == {"name": "token", "messages": ["2-0"]}


def test_a_flow_fails_where_its_redirect_is_dropped_in_step_mode(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIRE_STEP_MODE", "true")
    sandbox = Sandbox(valkey)
    tell(sandbox, on=True)
    browser = let_go(sandbox, Browser(sandbox).go(f"{journeys.BUDGET}/connect"))
    journeys.sign_in(browser)
    let_go(sandbox, browser, "drop")
    found = conversation_of(sandbox.entries())
    [flow] = found.flows_json()
    dropped = [message.id for message in found.messages if getattr(message.entry, "action", "") == "drop"]
    assert (flow["state"], [flow["failed_at"]]) == ("failed", dropped)


def test_a_refusal_that_was_held_and_let_go_ends_its_flow(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Balance's host shows a page whatever comes: the redirect itself is the end (RFC 6749 §4.1.2.1)."""
    monkeypatch.setenv("WIRE_STEP_MODE", "true")
    sandbox = Sandbox(valkey)
    tab = journeys.Tab(Browser(sandbox))
    tab.state, tab.verifier = "a-state-of-its-own", "v" * 43
    tab.browser.go(f"{AUTH}/authorize?{urlencode(tab.request())}")
    journeys.sign_in(tab.browser)
    tell(sandbox, on=True)
    let_go(sandbox, journeys.decide(tab.browser, "deny"))
    [flow] = conversation_of(sandbox.entries()).flows_json()
    assert flow["state"] == "failed"


def test_a_flow_fails_where_balance_refuses_the_answer_and_goes_on_where_it_was_meant_for_another_tab(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page tells whose answer it was by a hash of the code; the code itself it does not tell (RFC 6749 §10.12)."""
    sandbox = Sandbox(valkey)
    tab = journeys.Tab(Browser(sandbox))
    trade = tab.trade
    monkeypatch.setattr(tab, "trade", lambda code: None)
    tab.connect()
    digest = fingerprint(tab.code)
    journeys.note(tab.browser, "Balance refused this answer", refused_by="state", code_sha256=digest)
    found = conversation_of(sandbox.entries())
    [flow] = found.flows_json()
    assert (flow["state"], flow["failed_at"]) == ("failed", found.messages[-1].id)
    assert isinstance(found.messages[-1].entry, Note)
    trade(tab.code)
    [flow] = conversation_of(sandbox.entries()).flows_json()
    assert flow["state"] == "finished"


def test_a_flow_holds_the_sign_in_the_calls_the_refresh_and_the_end(recorded: Recorded) -> None:
    """From the first redirect to revocation, on both channels (RFC 6749 §1.2, §1.5)."""
    found, (flow,) = flows(recorded, "budget")
    said = asked(found, flow)
    for one in (
        "browser GET /connect", "browser GET /authorize", "browser GET /login", "browser POST /login",
        "browser POST /consent", "browser GET /callback", "budget POST /token", "browser GET /", "budget GET /accounts",
        "bank POST /introspect", "browser POST /empty-the-account", "budget POST /transfers",
        "browser POST /disconnect", "budget POST /revoke", "budget GET /.well-known/oauth-authorization-server",
    ):  # fmt: skip
        assert one in said, one
    assert said.count("budget POST /token") == 2


def test_the_stages_are_told_in_time_and_hold_every_message_once(recorded: Recorded) -> None:
    """A refresh is a stage of the flow that it goes on with (RFC 6749 §6)."""
    _, (flow,) = flows(recorded, "budget")
    assert [stage["name"] for stage in flow["stages"]] == [
        "request", "sign-in and consent", "code", "token", "API calls", "refresh", "API calls", "end",
    ]  # fmt: skip
    assert [message for stage in flow["stages"] for message in stage["messages"]] == flow["messages"]
    assert flow["count"] == len(set(flow["messages"]))


def test_pages_and_files_without_a_transaction_stay_outside(recorded: Recorded) -> None:
    """A page that is only loaded shares nothing with a flow but a cookie, and cookies join nothing."""
    found, _ = flows(recorded, "balance")
    outside = {found.message_json(m.id)["path"] for m in found.messages if found.flow_of(m.id) is None}
    assert outside == {"/", "/config.json", "/.well-known/oauth-authorization-server"}


def test_the_browsers_question_before_a_call_goes_with_the_call(recorded: Recorded) -> None:
    """A preflight carries no token; it is followed by the request that it asks for."""
    found, (flow,) = flows(recorded, "balance")
    assert "balance OPTIONS /accounts" in asked(found, flow)


def test_a_flow_fails_where_the_user_says_no(recorded: Recorded) -> None:
    """The refusal is in the redirect back to the client (RFC 6749 §4.1.2.1)."""
    found, (flow,) = flows(recorded, "denied")
    failed = found.message_json(flow["failed_at"])
    assert (failed["path"], failed["party"]) in {("/callback", "budget"), ("/consent", "auth")}
    assert failed["kind"] == "response"


def test_two_learners_at_once_have_two_flows_that_share_no_message(recorded: Recorded) -> None:
    found, both = flows(recorded, "together")
    assert {flow["title"] for flow in both} == {"Budget, for alice", "Budget, for bob"}
    assert not set(both[0]["messages"]) & set(both[1]["messages"])
    alices, bobs = asked(found, both[0]), asked(found, both[1])
    assert [one.replace("alice", "bob") for one in alices] == bobs
    assert [s["name"] for s in both[0]["stages"]] == [s["name"] for s in both[1]["stages"]]


def test_passwords_sessions_and_client_secrets_join_nothing(recorded: Recorded) -> None:
    """One browser, one client secret, two flows: the stranger's two tries stay two."""
    _, both = flows(recorded, "stranger")
    shared = [{(a["kind"], a["fingerprint"]) for a in flow["artifacts"]} for flow in both]
    assert {kind for kind, _ in shared[0] & shared[1]} == {"session"}


def test_a_state_that_everybody_uses_joins_nothing() -> None:
    """`state=xyz` is the RFC's own example; it says nothing about belonging together (RFC 6749 §4.1.1)."""
    entries: list[Entry] = [request(f"{n}-0", f"/callback?state=xyz&code=code-number-{n}") for n in (1, 2)]
    assert len(conversation_of(entries).flows) == 2


def test_the_same_state_of_two_clients_joins_nothing() -> None:
    """`state` belongs to the client that made it (RFC 6749 §10.12)."""
    state = "state=not-a-short-one"
    ours, other = (
        request(f"{n}-0", f"/callback?{state}&code=code-number-{n}", origin=f"http://client-{n}.localhost:9002")
        for n in (1, 2)
    )
    assert len(conversation_of([ours, other]).flows) == 2


def test_worlds_never_mix() -> None:
    entries: list[Entry] = [request(f"{n}-0", "/callback?code=the-same-code", world=f"world-{n}") for n in (1, 2)]
    assert len(conversation_of(entries).flows) == 2


def test_a_verifier_belongs_to_its_challenge_by_s256_and_by_plain() -> None:
    """The two never travel together (RFC 7636 §4.2)."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    note = Note(id="1-0", party="balance", at=1, what="made", details={"verifier": verifier})
    by_hash = request("2-0", "/authorize?code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", party="auth")
    plain = request("3-0", f"/authorize?code_challenge={verifier}", party="auth")
    assert len(conversation_of([note, by_hash, plain]).flows) == 1


def test_a_page_is_shown_with_the_calls_it_made_only_if_it_alone_can_have_made_them() -> None:
    """Two pages open at the same moment: nobody can tell from outside which of them asked the bank."""
    call = exchange(
        "c", 5, 6, "bank", "/accounts", {"User-Agent": "glassbox-budget", "Authorization": "Bearer token-1"}
    )
    page = exchange("p", 4, 7, "budget", "/", {"User-Agent": "Mozilla/5.0"})
    other = exchange("q", 3, 8, "budget", "/", {"User-Agent": "Mozilla/5.0"})
    alone = conversation_of([*call, *page])
    assert alone.flow_of(page[0].id) == alone.flow_of(call[0].id) is not None
    crowded = conversation_of([*call, *page, *other])
    assert crowded.flow_of(page[0].id) is None and crowded.flow_of(other[0].id) is None
    assert crowded.flow_json(str(crowded.flow_of(call[0].id)))["messages"] == [entry.id for entry in call]


def test_a_call_whose_answer_was_written_down_late_still_lies_within_its_page() -> None:
    """Under load a recorder comes to its clock after the receiver has read the answer, and answered in its turn."""
    call = exchange(
        "c", 5, 7.4, "bank", "/accounts", {"User-Agent": "glassbox-budget", "Authorization": "Bearer token-1"}
    )
    page = exchange("p", 4, 7, "budget", "/", {"User-Agent": "Mozilla/5.0"})
    later = exchange("q", 7.2, 9, "budget", "/", {"User-Agent": "Mozilla/5.0"})
    found = conversation_of([*call, *page, *later])
    assert found.flow_of(page[0].id) == found.flow_of(call[0].id) is not None
    assert found.flow_of(later[0].id) is None


def test_a_held_redirect_comes_after_the_request_that_it_answers(recorded: Recorded) -> None:
    """Its request carries no secret of the flow's, and its answer is a page that waits: the held redirect ties them."""
    held = ["held", "held_page", "held_page_request", "held"]
    steps = ["connect_request", *held, "authorization_request_sent", "authorization_request", *held, "sign_in_needed"]
    steps += ["sign_in_page_request", "sign_in_page", "sign_in", *held, "signed_in", "authorization_request"]
    for entries in (recorded["stepped"], recorded["stepped"][::-1]):
        found = conversation_of(entries)
        [flow] = found.flows_json()
        assert flow["state"] == "finished"
        told = [step_of(found.known[name]).step.name for name in flow["messages"]]
        assert in_any_order_while_held(told[: len(steps)]) == in_any_order_while_held(steps)


def in_any_order_while_held(steps: list[str]) -> list[str]:
    """Put what is written in the same millisecond, a decision and the page that waits for it, into one order."""
    return " ".join(steps).replace("held_page_request held", "held held_page_request").split()


def test_a_sign_in_is_known_to_have_worked_while_its_redirect_is_held(recorded: Recorded) -> None:
    found = conversation_of(recorded["stepped"])
    [flow] = found.flows_json()
    assert flow["person"] == "alice"
    steps = [step_of(found.known[name]).step.name for name in flow["messages"]]
    typed = steps.index("sign_in")
    assert steps[typed + 1] == "held"
    for place, how in ((typed, "passed"), (typed + 1, "hashed")):
        rows = found.custody_after(flow["id"], flow["messages"][place])["rows"]
        assert [row["holders"]["auth"]["how"] for row in rows if row["artifact"]["kind"] == "password"] == [how]


def test_a_page_of_another_flow_is_not_taken_for_the_cause() -> None:
    """Of two requests at Budget one is another flow's callback: the call is the other one's."""
    browser, budget = (
        {"User-Agent": "Mozilla/5.0"},
        {"User-Agent": "glassbox-budget", "Authorization": "Bearer token-1"},
    )
    call = exchange("c", 5, 6, "bank", "/accounts", budget)
    page = exchange("p", 4, 7, "budget", "/", browser)
    callback = exchange("q", 3, 8, "budget", "/callback?code=somebody-elses", browser)
    found = conversation_of([*call, *page, *callback])
    assert found.flow_of(page[0].id) == found.flow_of(call[0].id) != found.flow_of(callback[0].id)


def test_who_sent_a_message_is_said_with_the_evidence(recorded: Recorded) -> None:
    found, _ = flows(recorded, "balance")
    senders = {}
    for message in found.messages:
        told = found.message_json(message.id)
        if told["kind"] == "request":
            senders[told["method"], told["path"]] = (told["from"]["id"], told["from"]["how"], told["channel"])
    assert senders["POST", "/token"] == (
        "balance", "a script of the page at http://balance.localhost:9003", "front",
    )  # fmt: skip
    assert senders["POST", "/introspect"] == ("bank", "User-Agent: Bank API", "back")
    assert (
        senders["GET", "/authorize"][0] == "browser" and "Sec-Fetch-Mode: navigate" in senders["GET", "/authorize"][1]
    )


@pytest.mark.parametrize(
    ("headers", "who", "channel"),
    [
        ({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "script", "Origin": BALANCE}, "browser", "front"),
        ({"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "Origin": BALANCE}, "balance", "front"),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Origin": BALANCE}, "browser", "front"),
        ({"Origin": BALANCE}, "balance", "front"),  # an older browser
        ({"Origin": "null"}, "browser", "front"),
        ({"Sec-Fetch-Mode": "cors", "Origin": "http://attacker-lab.localhost:9100"}, "attacker", "front"),
        ({"User-Agent": "glassbox-attacker/1.0"}, "attacker", "back"),
        ({"User-Agent": "glassbox-classroom"}, "classroom", "back"),
        ({"User-Agent": "curl/8.5.0"}, "other", "back"),
    ],
)
def test_senders_are_told_apart(headers: dict[str, str], who: str, channel: str) -> None:
    """A module is a part of a page, which the browser loads; a `fetch` is the page's own doing."""
    sent = tuple(({"User-Agent": FIREFOX} | headers).items())
    asked = request("1-0", "/token", party="auth", method="POST", origin=AUTH, headers=sent)
    found = sender(asked, origins())
    assert (found.id, found.channel) == (who, channel)


def test_a_program_that_we_do_not_know_goes_by_the_name_it_gives(recorded: Recorded) -> None:
    found, _ = flows(recorded, "stranger")
    named = [found.message_json(m.id)["from"] for m in found.messages if m.exchange.path == "/register"]
    assert named[0] == {"id": "other", "title": "ledgerly", "how": "User-Agent: ledgerly/3.1"}


def test_an_answer_is_from_the_party_and_to_the_sender(recorded: Recorded) -> None:
    found, (flow,) = flows(recorded, "budget")
    told = [found.message_json(message_id) for message_id in flow["messages"]]
    for request_, answer in ((m, n) for m in told for n in told if m["exchange"] == n["exchange"] and m is not n):
        if request_["kind"] == "request" and answer["kind"] == "response":
            assert (answer["from"]["id"], answer["to"]["id"]) == (request_["to"]["id"], request_["from"]["id"])
            assert (answer["path"], answer["channel"]) == (request_["path"], request_["channel"])


def test_a_flow_keeps_answering_to_its_older_names(recorded: Recorded) -> None:
    """Listeners may have heard of a part before it was found to belong to a whole."""
    found, heard = Conversation(), set()
    for entry in recorded["budget"]:
        heard |= {event["id"] for event in found.add(entry) if event["type"] == "flow"}
    assert {found.flow_json(name)["id"] for name in heard} == set(found.flows)


def test_no_message_is_read_twice(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    """One reading of an entry, whose parts are decoded once: all that is shown is made of it, explanations as well."""
    read: list[str] = []
    decoded: list[bytes] = []

    class Counted(Reading):
        def __init__(self, entry: Entry) -> None:
            read.append(entry.id)
            super().__init__(entry)

    def members(body: bytes) -> dict[str, Any]:
        decoded.append(body)
        return real_members(body)

    real_members = decode.members
    monkeypatch.setattr(conversation, "Reading", Counted)
    monkeypatch.setattr(decode, "members", members)
    found = conversation_of(recorded["together"])
    once = len(decoded)
    for flow in (views.flow(found, name) for name in found.flows):
        found.custody_after(flow["id"])
        found.learned(flow["id"])
        views.messages_of(found, flow)
    assert sorted(read) == sorted({entry.id for entry in recorded["together"]})
    assert once == len(decoded)


def test_an_entry_that_is_known_changes_nothing(recorded: Recorded) -> None:
    found = conversation_of(recorded["denied"])
    before = found.flows_json()
    assert [found.add(entry) for entry in recorded["denied"]] == [[] for _ in recorded["denied"]]
    assert found.flows_json() == before


def test_every_request_of_the_wire_is_a_message(recorded: Recorded) -> None:
    for entries in recorded.values():
        found = conversation_of(entries)
        assert len(found.messages) == len(entries)
        assert all(isinstance(e, Note) or found.message_json(e.id)["method"] for e in entries)
        assert any(isinstance(entry, Request) for entry in entries)
