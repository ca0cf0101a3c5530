"""Clients that keep the parties busy: each a connection, a signed-in user, and one thing done over and over."""

import json
import re
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from wire.addresses import Addresses, Party

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECONDS = 2.0  # that a task is done in one round
SCOPE = "balance:read offline_access"


@dataclass
class Place:
    """Where the sandbox under load is, and what it keeps secret."""

    addresses: Addresses
    state: Path
    bare_port: int

    def basic(self, party: str, name: str) -> str:
        """Return a party's HTTP Basic credentials (RFC 6749 §2.3.1)."""
        return "Basic " + b64(f"{party}:{secret(self.state / 'secrets' / party / name)}".encode())


@dataclass
class Alice:
    """Alice's browser and Budget's server in one."""

    place: Place
    cookie: str = ""
    tokens: dict[str, Any] = field(default_factory=dict)
    connections: dict[int, HTTPConnection] = field(default_factory=dict)

    def ask(self, party: Party, method: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
        """Send a request to loopback under the party's own name."""
        own = urlsplit(self.place.addresses.origin(party))
        return self.send(own.port or 80, method, path, body, headers | {"Host": own.netloc})

    def send(self, port: int, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[HTTPResponse, str]:
        """Send a request over the connection that is kept open."""
        connection = self.connections.setdefault(port, HTTPConnection("127.0.0.1", port, timeout=30))
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        return response, response.read().decode()

    def sign_in(self) -> None:
        """Sign in, and consent to Budget once, as a browser would."""
        page, text = self.ask("auth", "GET", "/login")
        self.keep_cookie(page)
        form = {"username": "alice", "password": "looking-glass", "csrf_token": hidden(text, "/login")["csrf_token"]}
        answer, _ = self.ask("auth", "POST", "/login", urlencode(form), Cookie=self.cookie, **FORM)
        self.keep_cookie(answer)
        _, text = self.ask("auth", "GET", self.request("a-verifier" * 5), Cookie=self.cookie)
        if fields := hidden(text, "/consent"):  # none where consent is remembered
            form = fields | {"decision": "allow"}
            pairs = [*form.items(), *(("scope", name) for name in SCOPE.split())]
            self.ask("auth", "POST", "/consent", urlencode(pairs), Cookie=self.cookie, **FORM)
        self.flow()

    def keep_cookie(self, response: HTTPResponse) -> None:
        self.cookie = (response.headers.get("Set-Cookie") or self.cookie).partition(";")[0]

    def request(self, verifier: str) -> str:
        """Return the path of Budget's authorization request."""
        challenge = b64(sha256(verifier.encode()).digest()).rstrip("=").replace("+", "-").replace("/", "_")
        parameters = {
            "response_type": "code",
            "client_id": "budget",
            "redirect_uri": self.place.addresses.origin("budget") + "/callback",
            "scope": SCOPE,
            "state": "bench",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return "/authorize?" + urlencode(parameters)

    def flow(self) -> None:
        """Go from the authorization request to the tokens; consent is remembered (RFC 6749 §4.1)."""
        verifier = token_urlsafe(32)
        answer, _ = self.ask("auth", "GET", self.request(verifier), Cookie=self.cookie)
        code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        redirect_uri = self.place.addresses.origin("budget") + "/callback"
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        self.tokens = self.token_request(form | {"code_verifier": verifier})

    def refresh(self) -> None:
        """Trade the refresh token (RFC 6749 §6)."""
        self.tokens = self.token_request({"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]})

    def token_request(self, form: dict[str, str]) -> dict[str, Any]:
        headers = FORM | {"Authorization": self.place.basic("budget", "budget_client_secret")}
        return expect_200(*self.ask("auth", "POST", "/token", urlencode(form), **headers))

    def introspect(self) -> None:
        """Ask as the bank does (RFC 7662 §2)."""
        headers = FORM | {"Authorization": self.place.basic("bank", "bank_introspection_secret")}
        body = urlencode({"token": self.tokens["access_token"]})
        assert expect_200(*self.ask("auth", "POST", "/introspect", body, **headers))["active"]

    def read_balance(self) -> None:
        """Ask the bank, which asks Bank ID what the token is worth."""
        headers = {"Authorization": "Bearer " + self.tokens["access_token"]}
        expect_200(*self.ask("bank", "GET", "/accounts", **headers))

    def bare(self) -> None:
        """Ask the yardstick."""
        expect_200(*self.send(self.place.bare_port, "GET", "/", "", {}))


TASKS: dict[str, Callable[[Alice], None]] = {
    "bare Flask, one Redis operation": Alice.bare,
    "full flow": Alice.flow,
    "refresh": Alice.refresh,
    "introspection": Alice.introspect,
    "bank request": Alice.read_balance,
}


@cache
def secret(path: Path) -> str:
    return path.read_text()


def load(place: Place, task: str, clients: int, start: float) -> int:
    """Do the task with some clients at once from `start` for a while; return how often it was done."""
    people = [Alice(place) for _ in range(clients)]
    for alice in people:
        alice.sign_in()

    time.sleep(max(0.0, start - time.time()))
    end = time.time() + SECONDS

    def busy(alice: Alice) -> int:
        done = 0
        while time.time() < end:
            TASKS[task](alice)
            done += 1
        return done

    with ThreadPoolExecutor(clients) as pool:
        return sum(pool.map(busy, people))


def b64(value: bytes) -> str:
    return b64encode(value).decode()


def hidden(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of a page's form for `action`."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def expect_200(response: HTTPResponse, text: str) -> dict[str, Any]:
    """Return the JSON of an answer, which must be good: an error is quick, and would count as speed."""
    if response.status != 200:
        raise RuntimeError(f"{response.status}: {text[:200]}")
    return dict(json.loads(text))
