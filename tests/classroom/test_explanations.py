"""Every message has a sentence, and every word that our parties can say or understand has a line of its own."""

import ast
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import auth_server.errors
import resource_server.errors
from classroom.derive.conversation import Conversation
from classroom.derive.custody.rules import RULES as CUSTODY
from classroom.derive.reading.steps import steps, table
from classroom.explain.words import explanations
from classroom.views import message as seen
from tests.support.conversation import BANK, Browser, Sandbox
from tests.support.journeys import (
    Stranger,
    Tab,
    connect_budget,
    disconnect,
    empty_the_account,
    look_again_after_a_while,
)
from wire.message import Request

ROOT = Path(__file__).resolve().parents[2]
PARTIES = ("auth_server", "resource_server", "client_app", "spa")
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
ASKED_OF_THE_BANK = {
    "/": {},
    "/accounts": {},
    "/accounts?": {"Authorization": "Bearer not-a-token"},
    "/accounts?access_token=not-a-token": {},
}
EXPLAIN = ROOT / "classroom" / "explain"
# That somebody answers with a page or a redirect is HTTP's own word; all other answers are responses.
EVERYDAY = re.compile(r"\bquestions?\b|\btrad(es?|ed|ing)\b|\bbuys?\b|(?<!^\{from\} )(?<!^\{from\} has )\banswer", re.I)
OTHER_NAMES = {"owner", "name", "description", "category", "next", "title"}  # members of the bank's lists


@pytest.fixture(scope="module")
def told(valkey: str) -> list[dict[str, Any]]:
    """Everything that is said in a conversation of all kinds, explained."""
    sandbox = Sandbox(valkey)
    alice = Browser(sandbox)
    connect_budget(alice)
    empty_the_account(alice)
    look_again_after_a_while(sandbox, alice)
    disconnect(alice)
    connect_budget(Browser(sandbox), "carol", "deny")
    Tab(Browser(sandbox)).connect("bob").look().revoke()
    for decision in ("allow", "deny"):
        Tab(Browser(sandbox)).connect("bob", decision, response_mode="web_message")
    stranger = Stranger(sandbox)
    stranger.trade(stranger.ask()["code"])
    return explained(sandbox)


@pytest.fixture
def sandbox(valkey: str) -> Sandbox:
    return Sandbox(valkey)


def explained(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return every message so far with its explanation."""
    conversation = Conversation()
    for entry in sandbox.entries():
        conversation.add(entry)
    return [seen(conversation, message.id) for message in conversation.messages]


def test_every_message_has_a_sentence(told: list[dict[str, Any]]) -> None:
    assert len(told) > 80
    for message in told:
        assert message["says"].endswith((".", "!", "?")), message["says"]
        assert not re.search(r"[{}]", message["says"])


@pytest.mark.parametrize(
    ("method", "path", "kind", "step"),
    [
        ("GET", "/connect", "response", "authorization_request_sent"),
        ("GET", "/authorize", "request", "authorization_request"),
        ("POST", "/login", "request", "sign_in"),
        ("POST", "/consent", "response", "authorization_response"),
        ("POST", "/consent", "response", "answer_by_message"),
        ("POST", "/consent", "response", "refusal_by_message"),
        ("POST", "/token", "request", "token_request_code"),
        ("POST", "/token", "request", "token_request_refresh"),
        ("POST", "/token", "response", "token_response"),
        ("POST", "/introspect", "response", "introspection_active"),
        ("POST", "/revoke", "request", "revocation_request"),
        ("POST", "/register", "response", "registration_response"),
        ("POST", "/transfers", "response", "resource_forbidden"),
        ("GET", "/callback", "request", "redirection"),
        ("GET", "/callback", "request", "redirection_error"),
        ("GET", "/callback", "response", "callback_cleaned"),
        ("OPTIONS", "/accounts", "request", "preflight_request"),
    ],
)
def test_a_step_is_known_by_what_it_carries(
    told: list[dict[str, Any]], method: str, path: str, kind: str, step: str
) -> None:
    found = {
        message["step"]
        for message in told
        if (message["method"], message["path"], message["kind"]) == (method, path, kind)
    }
    assert step in found


def test_a_client_without_a_secret_is_told_apart(told: list[dict[str, Any]]) -> None:
    said = {message["says"] for message in told if message["step"] == "token_request_code"}
    assert any("client secret" in sentence for sentence in said)
    assert any("no secret of its own" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("step", "changes", "words"),
    [
        ("authorization_request", {}, "the challenge gives no verifier away"),
        ("authorization_request", {"code_challenge_method": "plain"}, "Its challenge is the verifier itself"),
        ("authorization_request", {"code_challenge_method": None}, "Its challenge is the verifier itself"),
        ("authorization_request", {"code_challenge": None}, "No challenge is in it"),
        ("token_request_code", {}, "its client secret, and the verifier"),
        ("token_request_code", {"client_secret": None}, "no secret of its own"),
        ("token_request_code", {"code_verifier": None}, "It shows no verifier"),
        ("token_request_code", {"client_secret": None, "code_verifier": None}, "no client secret and no verifier"),
    ],
)
def test_a_sentence_says_only_what_is_carried(step: str, changes: dict[str, str | None], words: str) -> None:
    """A challenge without a method is `plain` (RFC 7636 §4.3)."""
    carried = {
        "authorization_request": {"code_challenge": "c", "code_challenge_method": "S256"},
        "token_request_code": {"grant_type": "authorization_code", "client_secret": "s", "code_verifier": "v"},
    }[step]
    sent = urlencode({name: value for name, value in (carried | changes).items() if value is not None})
    if step == "authorization_request":
        said = said_of(f"/authorize?{sent}")
    else:
        said = said_of("/token", method="POST", body=sent.encode(), headers=FORM)
    assert (said["step"], words in said["says"]) == (step, True), said["says"]


def said_of(target: str, **parts: Any) -> dict[str, Any]:
    """Return what is said of one request to Bank ID."""
    conversation = Conversation()
    known: dict[str, Any] = {"id": "1-0", "party": "auth", "at": 1.0, "method": "GET", "target": target}
    conversation.add(Request(**(known | parts)))
    return seen(conversation, "1-0")


@pytest.mark.parametrize(("path", "step"), [("/par", "pushed_request"), ("/device_authorization", "device_request")])
def test_a_standard_is_a_row_of_the_table_of_steps(path: str, step: str) -> None:
    """The row alone makes a flow of the message, and tells its stage (RFC 9126 §2.1, RFC 8628 §3.1)."""
    conversation = Conversation()
    conversation.add(Request(id="1-0", party="auth", at=1.0, method="POST", target=path))
    assert seen(conversation, "1-0")["step"] == step
    [flow] = conversation.flows_json()
    assert flow["stages"] == [{"name": "request", "messages": ["1-0"]}]


def test_every_step_is_known_by_a_row_that_can_come_to_its_turn() -> None:
    """A row after one that fits all that it fits would never be asked."""
    asked_for_all = [row for row in table() if row.fits_every_message_of_its_kind()]
    assert [row.step.name for row in asked_for_all] == ["note", "gap", "held", "page_request", "page_response"]
    assert len(steps()) > 75


def sentences() -> list[str]:
    """Return all that the classroom says of steps, parameters, errors, headers, findings and breaches."""
    said = [text for step in steps().values() for text in (step.says, *step.variants.values())]
    for kind in explanations().values():
        for entry in kind.values():
            said += [entry["why"], *entry.get("at", {}).values()]
    of_messages = [re.findall(r'"([^"\n]{12,})",', path.read_text()) for path in EXPLAIN.glob("rules_of_*.py")]
    of_custody = [text for rule in CUSTODY for text in (rule.title, rule.why)]
    return [*said, *(text for texts in of_messages for text in texts), *of_custody]


@pytest.mark.parametrize(
    "term",
    ["authorization request", "authorization response", "access token request", "access token response",
     "resource owner", "redirect URI", "redeem"],
)  # fmt: skip
def test_the_terms_of_the_standard_are_used(term: str) -> None:
    """RFC 6749 §4.1 names them, and whoever goes on to read it must find them again."""
    assert sum(term in text.lower() or term in text for text in sentences()) >= 2


def test_no_everyday_word_stands_for_a_term() -> None:
    """An authorization request is no question, a response is no answer, and who redeems a code does not trade."""
    texts = sentences()
    assert len(texts) > 300
    wrong = [text for text in texts if EVERYDAY.search(text)]
    assert not wrong


@pytest.mark.parametrize("folder", ["templates", "static/js"])
def test_no_page_says_question_or_trade(folder: str) -> None:
    pages = [path for path in (ROOT / "classroom" / folder).rglob("*.*") if path.suffix in (".html", ".js")]
    assert len(pages) >= 8
    assert not [path.name for path in pages if re.search(r"\b(questions?|trad(es?|ed|ing))\b", path.read_text(), re.I)]


def test_a_token_is_spoken_of_only_where_there_is_one(sandbox: Sandbox) -> None:
    """The bank's own address needs none; some ask without one, or in a way that it does not take (RFC 6750 §2)."""
    program = sandbox.program("curl/8.5.0")
    for path, headers in ASKED_OF_THE_BANK.items():
        program.get(f"{BANK}{path}", headers=headers)
    said = [message["says"] for message in explained(sandbox) if message["path"] in ("/", "/accounts")]
    asked = [says for says in said if says.startswith("curl")]
    assert [words in says for words, says in zip(("needs no token", "no token", "in a header", "in the URL"),
                                                  asked, strict=True)] == [True] * 4  # fmt: skip
    assert not any("token was good" in says for says in said)


def test_every_parameter_that_was_said_has_a_line(told: list[dict[str, Any]]) -> None:
    unknown = {line["name"] for message in told for line in message["parameters"] if not line["known"]}
    assert not unknown


def test_a_word_that_means_two_things_is_explained_by_its_place(told: list[dict[str, Any]]) -> None:
    """`next` is a page of ours on a form, and the rest of a list in an answer of the bank's."""
    said = {
        (message["step"], line["section"])
        for message in told
        for line in message["parameters"]
        if line["name"] == "next"
    }
    assert {("sign_in", "RFC 9700 §4.11.2"), ("resource_response", "RFC 3986 §3.4")} <= said


def test_an_answer_by_message_is_read_as_one_by_redirect(told: list[dict[str, Any]]) -> None:
    """A page hands it to the window that opened this one, in fields that nobody sees (RFC 9700 §4.17)."""
    said = {
        message["step"]: [line["name"] for line in message["parameters"]]
        for message in told
        if message["step"].endswith("_by_message")
    }
    assert said["answer_by_message"] == ["code", "state", "iss"]
    assert {"error", "access_denied", "state", "iss"} <= set(said["refusal_by_message"])
    stopped = [message["method"] for message in told if message["step"] == "authorization_stopped"]
    assert stopped == []


def test_every_header_that_was_said_has_a_line(told: list[dict[str, Any]]) -> None:
    unknown = {line["name"] for message in told for line in message["headers_explained"] if not line["why"]}
    assert not unknown


def test_every_error_that_a_party_can_say_has_a_line() -> None:
    modules = (auth_server.errors, resource_server.errors)
    errors = {
        error
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and isinstance(error := getattr(value, "error", None), str)
    }
    assert len(errors) > 12
    errors |= set(resource_server.errors.NAMES.values())
    sources = [path.read_text() for party in PARTIES for path in (ROOT / party).glob("*.py")]
    errors |= {found for text in sources for found in re.findall(r'error="([a-z_]+)"', text)}
    assert errors <= set(explanations()["error"])


def test_a_header_is_explained_by_its_own_document() -> None:
    """`Upgrade-Insecure-Requests` is the W3C's, whose sections we do not name; `Upgrade` is another thing."""
    headers = explanations()["header"]
    named = {
        name: headers[name]["section"] for name in ("upgrade-insecure-requests", "priority", "content-disposition")
    }
    assert list(named.values()) == ["", "RFC 9218 §5", "RFC 6266 §4.2"]


def test_every_header_that_a_party_sets_or_reads_has_a_line() -> None:
    """Also those that no conversation of these tests calls for."""
    names: set[str] = set()
    for party in (*PARTIES, "wire"):
        for path in (ROOT / party).rglob("*.py"):
            names |= headers_named_in(ast.parse(path.read_text(encoding="utf-8")))
    assert {"retry-after", "www-authenticate", "idempotency-key", "access-control-max-age"} <= names
    assert not names - set(explanations()["header"])


def headers_named_in(tree: ast.AST) -> set[str]:
    """Return what is asked of `….headers`, and every text that has the form of a header's name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Z][A-Za-z]*(-[A-Z][A-Za-z]*)+", str(node.value)):
            found.add(str(node.value).lower())
        elif isinstance(node, ast.Call) and re.search(r"headers\.(get|set|add)$", ast.unparse(node.func)):
            found |= {str(arg.value).lower() for arg in node.args[:1] if isinstance(arg, ast.Constant)}
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("headers"):
            found |= {str(node.slice.value).lower()} if isinstance(node.slice, ast.Constant) else set()
    return found


def test_every_parameter_that_a_party_reads_has_a_line() -> None:
    names: set[str] = set()
    for party in PARTIES:
        for path in (ROOT / party).rglob("*.py"):
            names |= names_read_in(ast.parse(path.read_text(encoding="utf-8")))
    assert {"code_verifier", "redirect_uri", "csrf_token"} <= names
    assert not names - set(explanations()["parameter"]) - OTHER_NAMES


def names_read_in(tree: ast.AST) -> set[str]:
    """Return the names given to `required(…)`, `optional(…)`, `request.form.get(…)` and `request.args[…]`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            caller = ast.unparse(node.func)
            if caller in ("required", "optional") or re.match(r"request\.(form|args)\.", caller):
                found.add(str(node.args[0].value))
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            found |= {str(node.slice.value)} if ast.unparse(node.value) in ("request.form", "request.args") else set()
    return found


def test_every_member_that_a_party_tells_in_json_has_a_line() -> None:
    """Also those of answers that no conversation of these tests calls for."""
    calls = [node for party in PARTIES for path in (ROOT / party).rglob("*.py") for node in jsonified(path)]
    names = {str(keyword.arg) for call in calls for keyword in call.keywords if keyword.arg}
    assert {"serves", "active", "issuer", "transactions"} <= names
    assert not names - set(explanations()["parameter"])


def jsonified(path: Path) -> list[ast.Call]:
    """Return the calls of `jsonify(…)` in a file."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == "jsonify"]


def test_hostile_words_are_only_words() -> None:
    said = said_of("/authorize?state=%3Cscript%3E&from=%00&%ff=%ff&code_challenge=" + "x" * 9000)
    lines = {line["name"]: line for line in said["parameters"]}
    assert lines["state"]["value"] == "<script>"
    assert lines["from"]["known"] is False
