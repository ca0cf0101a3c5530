"""Artifacts: every secret is found where messages carry it, and is known again wherever it goes."""

import base64
import hashlib
import json

import pytest

from classroom.derive.reading.artifacts import Sighting
from classroom.derive.reading.decode import fingerprint
from classroom.derive.reading.reading import Reading
from tests.classroom.conftest import Recorded, conversation_of
from wire.message import Entry, Note, Request, Response


def sightings(entries: list[Entry]) -> list[tuple[Entry, Sighting]]:
    return [(entry, seen) for entry in entries for seen in Reading(entry).sightings]


def where(entries: list[Entry], kind: str) -> set[str]:
    """Return the places at which a kind was seen, with the party and the direction."""
    return {
        f"{entry.party} {'request' if isinstance(entry, Request) else 'response'} {seen.place}"
        for entry, seen in sightings(entries)
        if seen.kind == kind and isinstance(entry, Request | Response)
    }


def test_a_code_is_seen_in_the_redirect_the_callback_and_the_token_request(recorded: Recorded) -> None:
    """It travels through the browser and then server to server (RFC 6749 §4.1.2, §4.1.3)."""
    assert where(recorded["denied"], "code") == set()
    assert where(recorded["stolen"], "code") == {
        "auth response location.query.code",
        "budget request query.code",
        "auth request form.code",
    }


def test_the_clients_secret_is_read_out_of_basic_form_decoded(recorded: Recorded) -> None:
    """`client_id` and secret are form-encoded before they are put into Basic (RFC 6749 §2.3.1)."""
    shown = {seen.value for _, seen in sightings(recorded["stolen"]) if seen.kind == "client_secret"}
    assert shown == {"budget's secret: 100%", "bank's secret + more"}


def test_a_secret_in_the_form_is_the_one_that_registration_gave(recorded: Recorded) -> None:
    """Registration hands it out, the token request shows it (RFC 7591 §3.2.1, RFC 6749 §2.3.1)."""
    places = {place for place in where(recorded["stranger"], "client_secret") if not place.endswith("basic.password")}
    assert places == {"auth response json.client_secret", "auth request form.client_secret"}
    given = {seen.value for _, seen in sightings(recorded["stranger"]) if seen.place == "json.client_secret"}
    shown = {seen.value for _, seen in sightings(recorded["stranger"]) if seen.place == "form.client_secret"}
    assert given == shown and len(given) == 1


def test_a_password_is_seen_on_the_sign_in_form_only(recorded: Recorded) -> None:
    for name, entries in recorded.items():
        assert where(entries, "password") <= {"auth request form.password"}, name
    assert where(recorded["budget"], "password")


def test_the_authorization_request_is_found_in_bank_ids_own_pages(recorded: Recorded) -> None:
    """The sign-in page carries it in `next`, the consent page in hidden fields."""
    assert where(recorded["budget"], "state") == {
        "budget response location.query.state",
        "auth request query.state",
        "auth response location.query.next.state",
        "auth request query.next.state",
        "auth response page.next.state",
        "auth request form.next.state",
        "auth response location.query.state",
        "auth response page.state",
        "auth request form.state",
        "budget request query.state",
    }


def test_a_session_is_seen_when_it_is_set_and_when_it_is_sent(recorded: Recorded) -> None:
    assert where(recorded["budget"], "session") == {
        "auth request cookie.bankid_session",
        "auth response set-cookie.bankid_session",
        "budget request cookie.budget_session",
        "budget response set-cookie.budget_session",
    }


def test_a_code_and_its_verifier_are_seen_in_json_too() -> None:
    """A page hands them to its own server; the message belongs to the flow of its code (RFC 7636 §4.5)."""
    told = {"code": "a-code-of-this-flow", "code_verifier": "v" * 43, "state": "a-state", "token": "a-token"}
    asked = request(
        "1-0", "/trade", method="POST", headers=(("Content-Type", "application/json"),), body=json.dumps(told).encode()
    )
    assert {(seen.kind, seen.place) for seen in Reading(asked).sightings} == {
        ("code", "json.code"),
        ("verifier", "json.code_verifier"),
        ("state", "json.state"),
        ("token", "json.token"),
    }
    assert len(conversation_of([asked, request("2-0", "/callback?code=a-code-of-this-flow")]).flows) == 1


def test_a_note_tells_the_verifier_and_the_token_request_shows_the_same(recorded: Recorded) -> None:
    """The page makes it; nothing carries it until the code is traded (RFC 7636 §4.1, §4.5)."""
    verifiers = {seen.place: seen.fingerprint for _, seen in sightings(recorded["balance"]) if seen.kind == "verifier"}
    assert set(verifiers) == {"note.code_verifier", "form.code_verifier"}
    assert len(set(verifiers.values())) == 1


def test_the_token_that_is_revoked_is_known_by_the_answer_that_issued_it(recorded: Recorded) -> None:
    """A form says only `token`; Budget gives back a refresh token, Balance an access token (RFC 7009 §2.1)."""
    for name, kind in (("budget", "refresh_token"), ("balance", "access_token")):
        conversation = conversation_of(recorded[name])
        revoked = next(
            m for m in conversation.messages if m.exchange.path == "/revoke" and isinstance(m.entry, Request)
        )
        shown = conversation.message_json(revoked.id)["artifacts"]
        assert [(a["kind"], a["seen"]) for a in shown if a["place"] == "form.token"] == [(kind, "again")]


def test_an_artifact_knows_its_first_and_last_message_its_end_and_what_it_is_for(recorded: Recorded) -> None:
    """A code is bound to client, redirect URI and challenge; a token to client, scope and person (RFC 6749 §4.1.3)."""
    conversation = conversation_of(recorded["stolen"])
    (flow,) = conversation.flows_json()
    found = {artifact["kind"]: artifact for artifact in flow["artifacts"]}
    assert found["code"]["bound_to"] == {
        "client_id": "budget",
        "redirect_uri": "http://budget.localhost:9002/callback",
        "challenge": found["challenge"]["fingerprint"],
    }
    assert found["code"]["expires_at"] is None
    assert found["verifier"]["bound_to"] == {"challenge": found["challenge"]["fingerprint"]}
    token = found["access_token"]
    assert token["bound_to"]["client_id"] == "budget"
    assert token["bound_to"]["sub"] == "alice"
    assert token["bound_to"]["scope"] == "balance:read transactions:read offline_access"
    issued = conversation.message(token["first_seen"])
    assert issued.exchange.path == "/token" and isinstance(issued.entry, Response)
    assert abs(token["expires_at"] - (issued.entry.at + 600)) < 2
    last = conversation.message(found["code"]["last_seen"])
    assert conversation.message_json(last.id)["from"]["id"] == "attacker"


@pytest.mark.parametrize(
    ("kind", "headers", "body", "lives_for"),
    [
        ("access_token", {"Content-Type": "application/json"}, {"access_token": "a-token", "expires_in": 60}, 60),
        ("refresh_token", {"Content-Type": "application/json"}, {"refresh_token": "r-token", "expires_in": 60}, None),
        ("request_uri", {"Content-Type": "application/json"}, {"request_uri": "urn:r", "expires_in": 90}, 90),
        ("device_code", {"Content-Type": "application/json"}, {"device_code": "d", "expires_in": 600}, 600),
        ("session", {"Set-Cookie": "app_session=s; HttpOnly; Max-Age=3600"}, {}, 3600),
        ("session", {"Set-Cookie": "app_session=s; HttpOnly"}, {}, None),
        ("access_token", {"Set-Cookie": "access_token=t; HttpOnly; Max-Age=3600"}, {}, None),
        ("access_token", {"Location": "http://a/cb#access_token=t&expires_in=30"}, {}, 30),
    ],
)
def test_an_artifact_ends_when_the_answer_that_made_it_says(
    kind: str, headers: dict[str, str], body: dict[str, object], lives_for: float | None
) -> None:
    """`expires_in` is said of the access token, not of its neighbours (RFC 6749 §5.1, §4.2.2)."""
    answer = response(headers, json.dumps(body).encode() if body else b"")
    question = request("1-0", "/token?client_id=app&nonce=a-nonce-of-its-own", party="auth")
    (flow,) = conversation_of([question, answer]).flows_json()
    (found,) = [artifact for artifact in flow["artifacts"] if artifact["kind"] == kind]
    assert found["expires_at"] == (None if lives_for is None else answer.at + lives_for)


def test_a_token_that_is_a_jwt_tells_its_end_itself() -> None:
    """`exp` is seconds since 1970 (RFC 7519 §4.1.4)."""
    token = jwt(nonce="a-nonce-of-its-own", exp=1_900_000_000)
    answer = response({"Content-Type": "application/json"}, json.dumps({"id_token": token}).encode())
    (flow,) = conversation_of([request("1-0", "/token?client_id=app", party="auth"), answer]).flows_json()
    (found,) = [artifact for artifact in flow["artifacts"] if artifact["kind"] == "id_token"]
    assert found["expires_at"] == 1_900_000_000


def test_what_was_seen_first_says_so_and_every_other_sighting_says_again(recorded: Recorded) -> None:
    conversation = conversation_of(recorded["together"])
    firsts: dict[tuple[str, str], set[str]] = {}
    for message in conversation.messages:
        for artifact in conversation.message_json(message.id)["artifacts"]:
            if artifact["seen"] == "first":
                firsts.setdefault((artifact["kind"], artifact["fingerprint"]), set()).add(message.id)
            else:
                assert (artifact["kind"], artifact["fingerprint"]) in firsts
    assert {len(ids) for ids in firsts.values()} == {1}


def test_a_fingerprint_is_the_whole_sha256_and_the_label_its_first_digits(recorded: Recorded) -> None:
    for _, seen in sightings(recorded["budget"]):
        assert seen.fingerprint == hashlib.sha256(seen.value.encode()).hexdigest()
    conversation = conversation_of(recorded["budget"])
    for flow in conversation.flows_json():
        for artifact in flow["artifacts"]:
            assert artifact["fingerprint"].startswith(artifact["label"]) and len(artifact["label"]) >= 4


def test_labels_grow_until_they_tell_two_of_a_kind_apart() -> None:
    """Two values whose fingerprints begin alike, found by trying; of another kind, they do not matter."""
    seen: dict[str, str] = {}
    for number in range(100_000):
        digest = fingerprint(f"value-{number}")
        if digest[:4] in seen:
            break
        seen[digest[:4]] = f"value-{number}"
    one, other = seen[digest[:4]], f"value-{number}"
    target = f"/callback?code={one}&nonce={other}"
    conversation = conversation_of([request("1-0", target), request("2-0", f"/callback?code={other}")])
    labels = {a["value"]: a["label"] for i in ("1-0", "2-0") for a in conversation.message_json(i)["artifacts"]}
    codes = [conversation.message_json(i)["artifacts"][0]["label"] for i in ("1-0", "2-0")]
    assert codes[0] != codes[1] and min(map(len, codes)) > 4
    assert len(conversation.message_json("1-0")["artifacts"][1]["label"]) == 4
    assert set(labels) == {one, other}


def request(entry_id: str, target: str, **fields: object) -> Request:
    """A request in the form of the wire's, for values that our services never send."""
    said = {"party": "budget", "origin": "http://budget.localhost:9002", "method": "GET", "exchange": entry_id}
    return Request(id=entry_id, at=float(entry_id.split("-")[0]), target=target, **(said | fields))  # type: ignore[arg-type]


def response(headers: dict[str, str], body: bytes = b"", party: str = "auth") -> Response:
    return Response(
        id="1-1", at=1.5, exchange="1-0", party=party, status=302, headers=tuple(headers.items()), body=body
    )


def note(**details: str) -> Note:
    return Note(id="1-0", at=1, party="balance", what="a fragment came", details=details)


def jwt(**claims: str | int) -> str:
    parts = [{"alg": "none"}, claims]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize(
    ("entry", "kind", "place", "value"),
    [
        (request("1-0", "/accounts?access_token=at-1%2B2"), "access_token", "query.access_token", "at-1+2"),
        (request("1-0", "/x", headers=(("Authorization", "bearer  at-3"),)), "access_token",
         "header.authorization.bearer", "at-3"),
        (request("1-0", "/", headers=(("Referer", "http://a/callback?code=c1&state=s"),)), "code",
         "referer.query.code", "c1"),
        (response({"Location": "http://a/cb#access_token=t%201&state=s"}), "access_token",
         "location.fragment.access_token", "t 1"),
        (note(address="http://a/cb#access_token=t%202&state=s"), "access_token",
         "note.address.fragment.access_token", "t 2"),
        (response({"Content-Type": "application/json"}, b'{"device_code": "d1"}'), "device_code",
         "json.device_code", "d1"),
        (response({"Content-Type": "application/json"}, json.dumps({"id_token": jwt(nonce="n-1")}).encode()), "nonce",
         "json.id_token.jwt.nonce", "n-1"),
        (request("1-0", f"/authorize?request={jwt(state='s-1')}"), "state", "query.request.jwt.state", "s-1"),
    ],
)  # fmt: skip
def test_places_that_labs_and_other_clients_use(entry: Entry, kind: str, place: str, value: str) -> None:
    """Our services never put a token there; others do, and it is found (RFC 6750 §2.3, RFC 9101 §5.1)."""
    assert (kind, place, value) in [(seen.kind, seen.place, seen.value) for seen in Reading(entry).sightings]


def test_a_cookie_that_is_deleted_is_no_secret_any_more() -> None:
    gone = response({"Set-Cookie": "bankid_session=x; Max-Age=0; Path=/"})
    assert Reading(gone).sightings == ()


def test_an_empty_value_is_no_artifact() -> None:
    assert Reading(request("1-0", "/callback?code=&state=")).sightings == ()


def test_the_book_counts_a_value_once_however_often_it_stands_in_a_message() -> None:
    conversation = conversation_of([request("1-0", "/callback?code=once-only&code=once-only")])
    assert len(conversation.message_json("1-0")["artifacts"]) == 1
