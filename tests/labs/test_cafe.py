"""The café's relay: what it passes on, what it notes of it, and whom it leads nowhere."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from labs.worlds import LabWorld
from tests.support.labs_world import Labs

LAB = "front-channel-eavesdropper"
OPENED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}


@pytest.fixture
def world(labs: Labs) -> Iterator[LabWorld]:
    labs.turn(LAB, on=False)
    return labs.world(LAB)


def noted(world: LabWorld) -> set[tuple[str, str, str]]:
    return {(one.name, one.value, one.place) for one in world.collection.things}


def notes(labs: Labs, world: LabWorld) -> list[dict[str, Any]]:
    """Return what the wire was told of addresses since the switch was turned."""
    labs.ask("GET", f"/{LAB}/verdict")  # for which the classroom reads all that is there
    asked = {"world": LAB, "after": world.since, "limit": 1000}
    told = labs.http.get(f"{labs.classroom}/api/messages", params=asked).json()["messages"]
    return [one["details"] for one in told if one["kind"] == "note" and one["details"]]


def get(labs: Labs, url: str, **headers: str) -> requests.Response:
    return labs.http.get(url, headers=headers, allow_redirects=False)


def test_of_a_page_that_a_browser_opens_the_address_is_noted_once(labs: Labs, world: LabWorld) -> None:
    for _ in range(2):
        assert get(labs, f"{world.here.auth}/apps?state=one&nothing=else", **OPENED).status_code == 303
    assert noted(world) == {("state", "one", "GET /apps, on the network")}
    assert notes(labs, world) == [{"leak": "network", "at": f"{world.here.auth}/apps", "state": "one"}]


def test_of_what_a_script_or_a_program_sends_nothing_is_noted(labs: Labs, world: LabWorld) -> None:
    """Not even where there is something in the address; and of no message a body or a header."""
    get(labs, f"{world.here.balance}/?code=one&state=two", **{"Sec-Fetch-Mode": "cors"})
    get(labs, f"{world.here.balance}/?code=one&state=two")
    form = {"username": "alice", "password": "looking-glass", "code": "one"}
    labs.http.post(f"{world.here.auth}/login", data=form, headers=OPENED)
    assert noted(world) == set() and notes(labs, world) == []


def test_an_address_that_brings_a_code_waits_behind_the_cafes_page_once(labs: Labs, world: LabWorld) -> None:
    address = f"{world.here.balance}/callback?code=one&state=two"
    page = get(labs, address, **OPENED)
    assert "Enjoy your coffee" in page.text and f'href="{address.replace("&", "&amp;")}"' in page.text
    assert ("code", "one", "GET /callback, on the network") in noted(world)
    assert "Enjoy your coffee" not in get(labs, address, **OPENED).text
    assert "Enjoy your coffee" in get(labs, address.replace("one", "another"), **OPENED).text


def test_what_passes_is_as_it_was(labs: Labs, world: LabWorld) -> None:
    """Host, status, every cookie, and the policy of the page."""
    labs.http.cookies.clear()  # who has a session is given no other one
    page = get(labs, f"{world.here.auth}/login?next=/apps", **OPENED)
    assert page.status_code == 200 and "Bank ID" in page.text
    assert page.headers["Content-Security-Policy"] and page.headers["Set-Cookie"]
    assert labs.http.head(f"{world.here.balance}/").headers["Content-Length"] != "0"
    preflight = {"Origin": world.here.balance, "Access-Control-Request-Method": "POST"}
    allowed = labs.http.options(f"{world.here.auth}/token", headers=preflight)
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    assert get(labs, f"{world.here.auth}/no-such-page").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "labs.localhost:{port}",
        "auth-code-replay.localhost:{port}",  # a world, but none of the café's
        "auth-no-such-lab.localhost:{port}",
        "auth-front-channel-eavesdropper.localhost",  # without its port
        "auth-front-channel-eavesdropper.localhost:{port}@example.org",
        "",
    ],
)
def test_every_other_host_is_refused(labs: Labs, world: LabWorld, host: str) -> None:
    asked = {"Host": host.format(port=world.here.port)}
    assert labs.http.get(f"http://127.0.0.1:{world.here.port}/healthz", headers=asked).status_code == 421


def test_a_body_too_long_or_of_no_length_is_refused(labs: Labs, world: LabWorld) -> None:
    token = f"{world.here.auth}/token"
    assert labs.http.post(token, data=iter([b"grant_type=x"])).status_code == 413
    for length in ("1048577", "-1", "many"):
        assert labs.http.post(token, headers={"Content-Length": length}).status_code == 413


def test_a_browser_that_goes_away_and_bytes_that_are_no_http_do_no_harm(
    labs: Labs, world: LabWorld, capfd: pytest.CaptureFixture[str]
) -> None:
    host = f"Host: {world.here.auth.removeprefix('http://')}"
    for sent in (
        f"GET / HTTP/1.1\r\n{host}\r\n\r\n",
        f"GET /\x7f\xff HTTP/1.1\r\n{host}\r\n\r\n",
        "GET /\r\n\r\n",
        "\xff",
    ):
        with socket.create_connection(("127.0.0.1", world.here.port)) as browser:
            browser.sendall(sent.encode("latin-1"))
    assert get(labs, f"{world.here.auth}/login").status_code == 200
    assert capfd.readouterr().err == ""
