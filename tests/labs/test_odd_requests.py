"""Whatever is sent to the labs, their API, an attacker, the phone or the café: it is answered, and with no 5xx."""

import socket

import pytest

from tests.support.labs_world import Labs

LAB, BEHIND_THE_CAFE = "code-replay", "front-channel-eavesdropper"
DEEP = (b"[" * 30_000, b'{"a":' * 10_000)
NO_JSON = (*DEEP, b"{", b"\xff", b'{"on":' + b"9" * 5_000 + b"}")
OTHER_JSON = (b"9", b"NaN", b'"\\ud800"', b'{"on":1}', b'{"on":true,"choice":["x"]}', b'{"on":true,"choice":"\\ud800"}')
NO_CHUNKS = (b"zz\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n")
NO_URIS = ("//[", "http://[::1", "http://[x]/", "\xff", "a" * 9_000, "x:?code=%ff%00#%")
JSON = "application/json"


def status(labs: Labs, port: int, host: str, line: str, headers: dict[str, str], body: bytes = b"") -> int:
    """Send the bytes of a request, and return the status of its answer; 0 where there is none."""
    head = [line, f"Host: {host}", "Connection: close", *(f"{name}: {value}" for name, value in headers.items())]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode("latin-1") + body)
        answer = connection.makefile("rb").readline().split()
    return int(answer[1]) if len(answer) > 1 else 0


def host_of(origin: str) -> str:
    return origin.removeprefix("http://")


def sized(body: bytes) -> dict[str, str]:
    return {"Content-Type": JSON, "Content-Length": str(len(body))}


@pytest.mark.parametrize("body", [*NO_JSON, *OTHER_JSON], ids=lambda body: body[:12])
def test_what_is_no_switch_turns_none(labs: Labs, body: bytes) -> None:
    put = f"PUT /api/labs/{LAB}/defence HTTP/1.1"
    assert status(labs, labs.port, host_of(labs.origin), put, sized(body), body) == 400


@pytest.mark.parametrize(
    "body", [*NO_JSON, b"9", b'{"pause":true}', b'{"pause":NaN}', b'{"pause":1e999}', b'{"pause":-1}']
)
def test_what_is_no_pause_begins_no_attack(labs: Labs, body: bytes) -> None:
    post = f"POST /api/labs/{LAB}/attack HTTP/1.1"
    assert status(labs, labs.port, host_of(labs.origin), post, sized(body), body) == 400


@pytest.mark.parametrize("path", [f"/api/labs/{LAB}/defence", f"/api/labs/{LAB}/reset", "/"])
@pytest.mark.parametrize("chunks", NO_CHUNKS)
def test_chunks_that_are_none_are_refused(labs: Labs, path: str, chunks: bytes) -> None:
    chunked = {"Content-Type": JSON, "Transfer-Encoding": "chunked"}
    assert status(labs, labs.port, host_of(labs.origin), f"PUT {path} HTTP/1.1", chunked, chunks) == 400


@pytest.mark.parametrize("body", [*NO_JSON, *OTHER_JSON], ids=lambda body: body[:12])
def test_the_attacker_makes_nothing_of_what_it_cannot_read(labs: Labs, body: bytes) -> None:
    attacker = host_of(labs.world(LAB).here.attacker)
    assert status(labs, labs.port, attacker, "POST /x HTTP/1.1", sized(body), body) == 200


@pytest.mark.parametrize("uri", NO_URIS, ids=lambda uri: uri[:12])
def test_what_is_no_uri_has_no_parameters(labs: Labs, uri: str) -> None:
    here = labs.world(LAB).here
    assert labs.http.get(f"{here.attacker}/x", params={"uri": uri}).status_code == 200
    assert labs.http.get(f"{here.attacker}/x", headers={"Referer": uri.encode("latin-1")}).status_code == 200
    for app in ("piggy", "torch"):
        assert labs.http.get(f"{here.origin(app)}/opened", params={"uri": uri}).status_code == 200


@pytest.mark.parametrize(
    "note", ["99999999999999999999-0", "18446744073709551616-0", "0-18446744073709551616", "1-x", "١-١"]
)
def test_an_id_that_cannot_be_one_is_refused(labs: Labs, note: str) -> None:
    for ends in ({"after": note, "until": "1-1"}, {"after": "1-1", "until": note}):
        assert labs.ask("GET", f"/{LAB}/messages", params=ends).status_code == 400


@pytest.mark.parametrize("length", ["9" * 4_300, "9" * 5_000, "٣".encode().decode("latin-1"), "+5", "0x5", "1_0", "-1"])
def test_the_cafe_reads_no_length_that_is_none(labs: Labs, length: str) -> None:
    here = labs.world(BEHIND_THE_CAFE).here
    sent = {"Content-Length": length}
    assert status(labs, here.port, host_of(here.auth), "POST /token HTTP/1.1", sent) == 413


@pytest.mark.parametrize("target", ["[::1", "http://[::1/", "x", "*", "?code=x"])
def test_the_cafe_asks_for_paths_only(labs: Labs, target: str) -> None:
    here = labs.world(BEHIND_THE_CAFE).here
    opened = {"Sec-Fetch-Mode": "navigate"}
    assert status(labs, here.port, host_of(here.auth), f"GET {target} HTTP/1.1", opened) == 400
