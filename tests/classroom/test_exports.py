"""To take away: files that other people's programs read, whatever was recorded, and without secrets where asked."""

import json
import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlencode
from xml.etree import ElementTree

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from classroom.exports import spellings
from classroom.exports.spellings import Spellings
from tests.classroom import hostile
from tests.classroom.room import Room, open_room
from tests.support.conversation import PASSWORDS
from tests.support.node_tools import complaint_about_har, install
from wire.message import Entry, Request

Recorded = dict[str, list[Entry]]
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def room(valkey: str, recorded: Recorded) -> Iterator[Room]:
    """Everything that was ever recorded, and everything that nobody would wish for."""
    redis.Redis.from_url(valkey).flushdb()
    with open_room(valkey) as room:
        for journey in recorded.values():
            room.write(*journey)
        for text in hostile.STRINGS.values():
            room.write(*hostile.entries(text))
        yield room


@pytest.fixture(scope="module")
def flows(room: Room) -> list[Any]:
    found = [room.get(f"/api/flows/{flow['id']}") for flow in room.get("/api/flows")["flows"]]
    assert len(found) > len(hostile.STRINGS) + 5
    return found


@pytest.fixture(scope="module")
def mermaid(chromium: Browser) -> Iterator[Page]:
    """Return a page with Mermaid in it."""
    page = chromium.new_page()
    page.add_script_tag(path=install() / "mermaid" / "dist" / "mermaid.min.js")
    page.evaluate("mermaid.initialize({startOnLoad: false, maxTextSize: 1e7, suppressErrorRendering: true})")
    yield page
    page.close()


def file_of(room: Room, flow: Any, form: str, query: str = "") -> str:
    answer = room.ask("GET", f"/api/flows/{flow['id']}/export.{form}{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="flow.{form}"'
    return answer.text


def test_archives_are_valid_and_hold_every_exchange(room: Room, flows: list[Any]) -> None:
    archives = [json.loads(file_of(room, flow, "har")) for flow in flows]
    whole = archives[0] | {"log": archives[0]["log"] | {"entries": [e for a in archives for e in a["log"]["entries"]]}}
    assert complaint_about_har(json.dumps(whole)) == ""
    for flow, archive in zip(flows, archives, strict=True):
        requests = [message for message in flow["messages"] if message["kind"] == "request"]
        assert [entry["request"]["method"] for entry in archive["log"]["entries"]] == [m["method"] for m in requests]
    for entry in whole["log"]["entries"]:  # what the text of HAR 1.2 says, and its schema does not
        assert min(entry["timings"].values()) >= 0
        assert entry["time"] == sum(entry["timings"].values())
        assert not {"text", "params"} <= entry["request"].get("postData", {}).keys()
        assert "#" not in entry["request"]["url"]


def test_an_archive_says_what_was_said(room: Room, flows: list[Any]) -> None:
    flow = next(each for each in flows if each["kind"] == "authorization_code_confidential" and each["person"])
    entries = json.loads(file_of(room, flow, "har"))["log"]["entries"]
    asked = next(each for each in entries if "/authorize?" in each["request"]["url"])
    assert {"name": "client_id", "value": "budget"} in asked["request"]["queryString"]
    trade = next(each for each in entries if each["request"]["url"].endswith("/token"))
    assert {"name": "grant_type", "value": "authorization_code"} in trade["request"]["postData"]["params"]
    assert "access_token" in json.loads(trade["response"]["content"]["text"])
    assert "text" not in trade["request"]["postData"]
    assert trade["time"] == sum(trade["timings"].values()) == trade["timings"]["wait"] > 0
    callback = next(each for each in entries if "/callback?" in each["request"]["url"])
    assert callback["request"]["cookies"] and callback["response"]["cookies"][0]["httpOnly"]
    assert any("/callback?code=" in each["response"]["redirectURL"] for each in entries)


def test_an_archive_that_lacks_something_is_found_out() -> None:
    assert "creator" in complaint_about_har('{"log": {"version": "1.2", "entries": []}}')


def test_mermaid_reads_every_diagram(room: Room, flows: list[Any], mermaid: Page) -> None:
    for flow in flows:
        text = file_of(room, flow, "mmd")
        assert mermaid.evaluate("text => mermaid.parse(text)", text)["diagramType"] == "sequence"
        messages = len([line for line in text.splitlines() if ">>" in line or "Note over" in line])
        assert messages == len(flow["messages"])


def test_mermaid_draws_hostile_text_as_text(room: Room, flows: list[Any], mermaid: Page) -> None:
    [flow] = [each for each in flows if hostile.STRINGS["script"] in (each["client_id"] or "")]
    text = file_of(room, flow, "mmd")
    drawn = mermaid.evaluate("async text => (await mermaid.render('drawn', text)).svg", text)
    assert "<script" not in drawn and "alert(1)" in drawn


def test_mermaid_refuses_what_is_no_diagram(mermaid: Page) -> None:
    wrong = "sequenceDiagram\n  p0->>p1: a\n  <script>;"
    assert mermaid.evaluate("text => mermaid.parse(text, {suppressErrors: true})", wrong) is False


def test_pictures_are_xml_in_which_every_message_has_its_place(room: Room, flows: list[Any]) -> None:
    for flow in flows:
        picture = ElementTree.fromstring(file_of(room, flow, "svg"))
        assert picture.tag == f"{SVG}svg"
        assert len(picture.findall(f"{SVG}g")) == len(flow["messages"])
        assert {node.tag.removeprefix(SVG) for node in picture.iter()} <= {
            *("svg", "title", "desc", "rect", "text", "line", "g", "path", "circle")
        }
        for node in picture.iter():
            assert not [name for name in node.attrib if name.startswith("on") or "href" in name]


def test_transcripts_hold_every_message_in_a_fence_that_it_cannot_close(room: Room, flows: list[Any]) -> None:
    for flow in flows:
        text = file_of(room, flow, "md")
        outside, fence = [], ""
        for line in text.split("\n"):
            opening = re.fullmatch(r"(`{3,})http", line)
            if not fence and opening:
                fence = opening[1]
            elif line == fence:
                fence = ""
            elif not fence:
                outside.append(line)
        assert not fence
        assert sum(line.startswith("## ") for line in outside) == len(flow["messages"])
        assert not [line for line in outside if re.search(r"(?<!\\)[<`\[]", line)]


def secrets_in(flow: Any) -> set[str]:
    kinds = ("challenge",)
    return {
        found["value"]
        for message in flow["messages"]
        for found in message["artifacts"]
        if found["kind"] not in kinds and len(found["value"]) > 8
    }


@pytest.mark.parametrize("form", ["har", "mmd", "svg", "md"])
def test_secrets_are_cut_on_request_however_they_are_encoded(room: Room, flows: list[Any], form: str) -> None:
    cut = 0
    for flow in flows:
        secrets = secrets_in(flow)
        text = file_of(room, flow, form, "?secrets=cut")
        for secret in secrets:
            for spelling in {
                secret,
                quote(secret, safe=""),
                quote_plus(secret),
                quote(quote(secret, safe=""), safe=""),
            }:
                assert spelling not in text and json.dumps(spelling)[1:-1] not in text
        for credentials in re.findall(r"Basic ([A-Za-z0-9+/=%]{8,})", text):
            raise AssertionError(f"{unquote(credentials)!r} is left")
        cut += len(secrets)
    assert cut > 50


def test_secrets_are_there_unless_they_are_cut(room: Room, flows: list[Any]) -> None:
    whole = "".join(file_of(room, flow, "md") for flow in flows)
    assert PASSWORDS["alice"] in whole
    flow = next(each for each in flows if each["person"] == "alice")
    assert "[password " in file_of(room, flow, "md", "?secrets=cut")
    assert "cut or shown" in room.get(f"/api/flows/{flow['id']}/export.md?secrets=perhaps", 400)["error"]


def test_a_line_for_the_shell_sends_the_same_request(room: Room, flows: list[Any]) -> None:
    flow = next(each for each in flows if each["kind"] == "authorization_code_confidential" and each["person"])
    trade = next(each for each in flow["messages"] if each["path"] == "/token")
    words = shlex.split(room.ask("GET", f"/api/messages/{trade['id']}/curl").text)
    assert words[0] == "curl" and "http://auth.localhost:9000/token" in words
    assert words[words.index("--request") + 1] == "POST"
    assert words[words.index("--data-raw") + 1] == trade["body"]
    basic = next(value for name, value in trade["headers"] if name == "Authorization")
    assert f"Authorization: {basic}" in words
    answer = next(each for each in flow["messages"] if each["path"] == "/token" and each["kind"] == "response")
    assert shlex.split(room.ask("GET", f"/api/messages/{answer['id']}/curl").text) == words
    assert "Basic [credentials]" in room.ask("GET", f"/api/messages/{trade['id']}/curl?secrets=cut").text


def test_no_recorded_byte_becomes_a_command(room: Room) -> None:
    """A shell reads each line, with a `curl` that only shows its words."""
    lines = [
        room.ask("GET", f"/api/messages/{message['id']}/curl")
        for message in room.get("/api/messages?limit=1000")["messages"]
        if message["kind"] == "request" and not message["cut"]
    ]
    shell = shutil.which("sh")
    assert shell and len(lines) > 50
    script = "curl() { printf 'called with %s words\\n' \"$#\"; }\n" + "".join(line.text for line in lines)
    done = subprocess.run(
        [shell, "-s"], input=script, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stderr == ""
    assert re.fullmatch(r"(called with \d+ words\n)+", done.stdout)
    assert done.stdout.count("\n") == len(lines)


@pytest.mark.parametrize("headers", [(), (("User-Agent", "x"), ("Accept", "y"), ("Empty", "")), FORM])
@pytest.mark.parametrize(
    ("method", "body"),
    [("GET", b""), ("HEAD", b""), ("POST", b""), ("POST", b"a=b&c"), ("GET", b"{" + b"x" * 2000), ("POST", b"\0\xff")],
)
def test_the_line_for_the_shell_is_the_request_and_nothing_else(
    room: Room, method: str, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    """Sent by curl itself: it adds no header, leaves none out, and does not wait for what never comes."""
    received: list[Any] = []

    class Party(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"] or 0))
            received.extend([self.command, self.path, sorted(self.headers.items()), content])
            self.send_response(200)
            self.send_header("Content-Length", "1000" if self.command == "HEAD" else "0")
            self.end_headers()

        do_GET = do_HEAD = do_POST = answer
        log_message = lambda *_: None  # noqa: E731

    with ThreadingHTTPServer(("127.0.0.1", 0), Party) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://127.0.0.1:{server.server_port}"
        length = (("Content-Length", str(len(body))),) if body or method == "POST" else ()
        sent = Request(party="auth", exchange="", at=1.0, method=method, target="/x?a=[b]", headers=headers + length)
        [name] = room.write(replace(sent, body=body, length=len(body), origin=origin))
        line = room.ask("GET", f"/api/messages/{name}/curl").text
        assert subprocess.run(["sh", "-c", line], capture_output=True, timeout=20).returncode == 0
        server.shutdown()
    host = ("Host", f"127.0.0.1:{server.server_port}")
    assert received == [method, "/x?a=[b]", sorted((*headers, *length, host)), body]


def test_a_body_that_no_shell_can_hold_is_decoded_on_the_way(room: Room) -> None:
    body = b"\x00\xff'\n"
    [entry_id] = room.write(Request(party="auth", at=1.0, method="POST", target="/x", body=body, length=len(body)))
    line = room.ask("GET", f"/api/messages/{entry_id}/curl").text
    done = subprocess.run(["sh", "-c", f"curl() {{ cat; }}\n{line}"], capture_output=True, timeout=10)
    assert done.stdout == body


def test_only_whole_requests_have_a_line(room: Room, flows: list[Any]) -> None:
    note = next(each for flow in flows for each in flow["messages"] if each["kind"] == "note")
    assert "note" in room.get(f"/api/messages/{note['id']}/curl", 400)["error"]
    [cut] = room.write(Request(party="auth", at=1.0, method="POST", target="/x", body=b"a", length=2))
    assert "beginning" in room.get(f"/api/messages/{cut}/curl", 409)["error"]


def test_a_thousand_secrets_in_each_message_are_cut_in_time(room: Room) -> None:
    """Anybody may send them: the work grows with the text, not with text times secrets, and has an end."""
    codes = [f"code-{number:06}" for number in range(12_000)]
    posts = [["shared", *codes[start : start + 1000]] for start in range(0, 12_000, 1000)]
    bodies = [urlencode([("code", code) for code in post]).encode()[: 16 * 1024] for post in posts]
    sent = [
        Request(party="auth", exchange=f"many{n}", at=1.0 + n, method="POST", target="/token", headers=FORM, body=body)
        for n, body in enumerate(bodies)
    ]
    name = room.write(*(replace(request, length=len(request.body)) for request in sent))[0]
    message = room.get(f"/api/messages/{name}")
    text = file_of(room, {"id": message["flow"]}, "md", "?secrets=cut")
    assert "[code " in text
    assert not re.search(r"code-\d{6}", text)


WORDS = st.text("ab%", min_size=1, max_size=12)


@given(st.lists(WORDS, max_size=8), st.text("ab%c", max_size=60))
def test_the_longest_of_all_words_is_cut_at_each_place(words: list[str], text: str) -> None:
    names = {word: f"<{len(word)}>" for word in words}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")
    assert Spellings(names).cut(text) == pattern.sub(lambda match: names[match[0]], text)


def test_work_for_nobody_has_an_end(room: Room, flows: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spellings, "LONGEST", -1.0)
    flow = next(each for each in flows if each["person"] == "alice")
    assert "takes too long" in room.get(f"/api/flows/{flow['id']}/export.md?secrets=cut", 409)["error"]
