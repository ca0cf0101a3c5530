"""What people and programs do in the sandbox, so that it may be recorded: each journey is one short function."""

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64encode
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.conversation import AUTH, BALANCE, BANK, BUDGET, FIELD, PASSWORDS, Browser, Sandbox
from tests.support.world import basic

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
STRANGER = "https://ledgerly.example/callback"


def sign_in(browser: Browser, user: str = "alice", password: str | None = None) -> Browser:
    """Type name and password on the sign-in page, if that is where the browser is."""
    if urlsplit(browser.address).path == "/login":
        browser.press(action="/login", username=user, password=password or PASSWORDS[user])
    return browser


def decide(browser: Browser, decision: str = "allow") -> Browser:
    """Press Allow or Deny on the consent page, if Bank ID asks."""
    if 'name="decision"' in browser.page and browser.address.startswith(AUTH):
        browser.press(f"decision={decision}", action="/consent")
    return browser


def connect_budget(browser: Browser, user: str = "alice", decision: str = "allow") -> Browser:
    """Budget from its front page to the balance."""
    browser.go(f"{BUDGET}/").follow("/connect")
    return decide(sign_in(browser, user), decision)


def empty_the_account(browser: Browser) -> Browser:
    """Press the button that lets Budget try to send all the money away."""
    return browser.go(f"{BUDGET}/").press(action="/empty-the-account")


def disconnect(browser: Browser) -> Browser:
    return browser.go(f"{BUDGET}/").press(action="/disconnect")


def look_again_after_a_while(sandbox: Sandbox, browser: Browser) -> Browser:
    """Load Budget's page when its access token has expired, so that it refreshes."""
    sandbox.later += 700
    return browser.go(f"{BUDGET}/")


class Tab:
    """Balance's page in a browser, as its scripts behave: everything it holds, it holds here."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.verifier = self.state = self.code = self.token = ""

    def connect(self, user: str = "alice", decision: str = "allow", **more: str) -> "Tab":
        """Load the page, ask for access, come back with a code, and trade it; `more` is asked besides."""
        self.browser.go(f"{BALANCE}/")
        self.browser.fetch("GET", f"{BALANCE}/config.json")
        self.browser.fetch("GET", f"{AUTH}/.well-known/oauth-authorization-server")
        self.verifier, self.state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        note(self.browser, "The page makes a verifier and hashes it", code_verifier=self.verifier, state=self.state)
        self.browser.navigate("GET", f"{AUTH}/authorize?{urlencode(self.request() | more)}", b"", "cross-site")
        decide(sign_in(self.browser, user), decision)
        answer = {name: values[0] for name, values in parse_qs(urlsplit(self.browser.address).query).items()}
        if not answer:  # a page hands it to the one that opened it
            answer = dict(FIELD.findall(self.browser.page))
            self.browser.address = f"{BALANCE}/"
        assert answer["state"] == self.state
        if "code" in answer:
            self.code = answer["code"]
            self.trade(self.code)
        return self

    def request(self) -> dict[str, str]:
        return {
            "response_type": "code",
            "client_id": "balance",
            "redirect_uri": f"{BALANCE}/callback",
            "scope": "balance:read transactions:read",
            "resource": BANK,
            "state": self.state,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }

    def trade(self, code: str) -> dict[str, Any]:
        """Send the access token request of a public client: no secret, but the verifier."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": f"{BALANCE}/callback",
            "client_id": "balance",
            "code_verifier": self.verifier,
            "resource": BANK,
        }
        body: dict[str, Any] = self.browser.fetch("POST", f"{AUTH}/token", urlencode(form), **FORM).get_json()
        self.token = body.get("access_token", self.token)
        return body

    def look(self) -> "Tab":
        """Ask the bank: first the browser's own question, then the page's."""
        ask = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
        self.browser.fetch("OPTIONS", f"{BANK}/accounts", **ask)
        headers = {"Authorization": f"Bearer {self.token}"}
        body = self.browser.fetch("GET", f"{BANK}/accounts", **headers).get_json()
        for account in body.get("accounts", [])[:1]:
            self.browser.fetch("GET", f"{BANK}/accounts/{account['id']}/transactions", **headers)
        return self

    def revoke(self) -> "Tab":
        form = {"token": self.token, "token_type_hint": "access_token", "client_id": "balance"}
        self.browser.fetch("POST", f"{AUTH}/revoke", urlencode(form), **FORM)
        return self


def challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Stranger:
    """A client that we did not write: a program that registers itself, and a person who uses it."""

    def __init__(self, sandbox: Sandbox, agent: str = "ledgerly/3.1", **metadata: Any) -> None:
        self.browser, self.program = Browser(sandbox), sandbox.program(agent)
        form = {"token_endpoint_auth_method": "client_secret_post"}  # the secret in the form, as many libraries do
        wanted = {"client_name": "Ledgerly", "redirect_uris": [STRANGER]} | form | metadata
        information = self.program.post(f"{AUTH}/register", json=wanted).json()
        self.client_id, self.secret = information["client_id"], information.get("client_secret", "")
        self.verifier = ""

    def ask(self, user: str = "bob", **changes: str | None) -> dict[str, str]:
        """Send the person to Bank ID and return what comes back in the address; None leaves a parameter out."""
        self.verifier = secrets.token_urlsafe(32)
        request: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": STRANGER,
            "scope": "balance:read",
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }
        sent = {name: value for name, value in (request | changes).items() if value is not None}
        self.browser.go(f"{AUTH}/authorize?{urlencode(sent)}")
        decide(sign_in(self.browser, user))
        if link := re.search(r'href="([^"]+[?&;]error=[^"]+)"', self.browser.page):  # the person may lead it on
            self.browser.go(unescape(link[1]))
        return {name: values[0] for name, values in parse_qs(urlsplit(self.browser.address).query).items()}

    def trade(self, code: str, **changes: str) -> dict[str, Any]:
        """Redeem a code with the secret in the form, as many libraries do."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": STRANGER,
            "client_id": self.client_id,
            "client_secret": self.secret,
            "code_verifier": self.verifier,
        }
        body: dict[str, Any] = self.program.post(f"{AUTH}/token", data=form | changes).json()
        return body

    def look(self, token: str) -> None:
        self.program.get(f"{BANK}/accounts", headers={"Authorization": f"Bearer {token}"})


def work_for_itself(sandbox: Sandbox) -> None:
    """A program without a person asks for a token of its own, and shows it to the bank (RFC 6749 §4.4)."""
    wanted = {"client_name": "Night job", "grant_types": ["client_credentials"], "scope": "balance:read"}
    program = sandbox.program("nightly/1.0")
    information = program.post(f"{AUTH}/register", json=wanted).json()
    credentials = basic(information["client_id"], information["client_secret"])
    sent = {"grant_type": "client_credentials", "scope": "balance:read"}
    token = program.post(f"{AUTH}/token", data=sent, headers=credentials).json()["access_token"]
    program.get(f"{BANK}/accounts", headers={"Authorization": f"Bearer {token}"})


def steal_and_replay(sandbox: Sandbox, code: str) -> None:
    """A thief who has read a code sends it as Budget would, but without its secret."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "budget",
        "redirect_uri": f"{BUDGET}/callback",
    }
    sandbox.program("glassbox-attacker/1.0").post(f"{AUTH}/token", data=form)


def note(browser: Browser, what: str, **details: str) -> None:
    """Let Balance's page tell its own host what it did without a message."""
    body = json.dumps({"what": what, "details": details})
    headers = {"Content-Type": "application/json", "Origin": BALANCE}
    browser.sandbox.ask("POST", f"{BALANCE}/.wire/notes", headers, body.encode())
