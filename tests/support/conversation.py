"""Conversations for the classroom's tests: every message of them was recorded from the running parties in this run."""

import re
import time
from collections.abc import Callable
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import redis
import requests
from flask import Flask
from pydantic import SecretStr
from requests.adapters import BaseAdapter
from werkzeug.test import Client, TestResponse

import auth_server
import client_app
import resource_server
import spa
from tests.support.streams import entries_of
from tests.support.world import digest
from wire.message import Entry
from wire.recorder import Wire, watch
from wire.session import http_session

AUTH = "http://auth.localhost:9000"
BANK = "http://bank.localhost:9001"
BUDGET = "http://budget.localhost:9002"
BALANCE = "http://balance.localhost:9003"
PASSWORDS = {"alice": "looking-glass", "bob": "brass-lantern", "carol": "winter-garden"}
BUDGET_SECRET, BANK_SECRET = "budget's secret: 100%", "bank's secret + more"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Sandbox:
    """The four parties in this process, the wire around each, and a clock of theirs that tests may move."""

    def __init__(self, redis_url: str, **auth_settings: Any) -> None:
        self.redis = redis.Redis.from_url(redis_url)
        self.redis.flushdb()
        self.later = 0.0  # seconds by which the parties' clock is ahead
        self.apps: dict[str, Flask] = {}
        clock = lambda: time.time() + self.later  # noqa: E731
        here: dict[str, Any] = {"redis_url": redis_url, "redis_username": "default"}
        auth = auth_server.config.Settings(
            **here,
            secret_key="test",
            budget_secret_sha256=digest(BUDGET_SECRET),
            bank_secret_sha256=digest(BANK_SECRET),
            argon2_memory=8,
            argon2_rounds=1,
            **auth_settings,
        )
        bank = resource_server.config.Settings(**here, introspection_secret=SecretStr(BANK_SECRET))
        budget = client_app.config.Settings(**here, client_secret=BUDGET_SECRET, secret_key="test")
        known = {name: value for name, value in here.items() if name in spa.config.Settings.model_fields}
        self.host("auth", AUTH, auth_server.create_app(auth, clock=clock), redis_url)
        self.host("bank", BANK, resource_server.create_app(bank, clock=clock, http=self.program("Bank API")), redis_url)
        self.host(
            "budget",
            BUDGET,
            client_app.create_app(budget, clock=clock, http=self.program("glassbox-budget")),
            redis_url,
        )
        self.host("balance", BALANCE, spa.create_app(spa.config.Settings(**known), clock=clock), redis_url)
        for origin in (AUTH, BANK, BUDGET):
            assert self.ask("GET", f"{origin}/readyz", {}).status_code == 200

    def host(self, party: str, origin: str, app: Flask, redis_url: str) -> None:
        """Serve a party under its origin, recorded once."""
        if not isinstance(app.wsgi_app, Wire):
            account = SimpleNamespace(redis_url=redis_url, redis_username="default", redis_password="")
            watch(app, party, origin, account)
        self.apps[origin] = app

    def ask(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> TestResponse:
        """Hand a request to the party that lives at the address."""
        parts = urlsplit(url)
        app = self.apps[f"{parts.scheme}://{parts.netloc}"]
        client = Client(app, use_cookies=False)
        return client.open(
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            method=method,
            base_url=f"{parts.scheme}://{parts.netloc}",
            headers=headers,
            data=body or None,
            buffered=True,
            environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
        )

    def program(self, user_agent: str) -> requests.Session:
        """Return a program's HTTP session, whose requests reach the parties in this process."""
        session = http_session(user_agent)
        session.mount("http://", Inside(self.ask))
        return session

    def entries(self) -> list[Entry]:
        """Return what the wire has recorded so far, as it was written."""
        return entries_of(self.redis)


class Inside(BaseAdapter):
    """Takes a program's requests to the parties without a socket."""

    def __init__(self, ask: Callable[..., TestResponse]) -> None:
        super().__init__()
        self.ask = ask

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        answer = self.ask(str(request.method), str(request.url), dict(request.headers), body)
        response = requests.Response()
        response.status_code, response.reason = answer.status_code, answer.status.partition(" ")[2]
        response.headers.update(answer.headers)
        response.url, response.request, response._content = str(request.url), request, answer.data
        return response

    def close(self) -> None:
        """Nothing is open."""


class Browser:
    """A person's browser: a jar for each host, redirects followed, `Sec-Fetch-*` sent as browsers do."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.jars: dict[str, dict[str, str]] = {}
        self.address = "about:blank"
        self.page = ""
        self.status = 0
        self.code = ""  # the last one that passed through its address bar
        self.strangers: list[str] = []  # addresses outside the sandbox that it was sent to

    def go(self, url: str) -> "Browser":
        """Type an address, or follow a link from elsewhere."""
        return self.navigate("GET", url, b"", "none")

    def follow(self, path: str) -> "Browser":
        """Follow a link of the page."""
        return self.navigate("GET", urljoin(self.address, path), b"", "same-origin")

    def press(self, button: str = "", action: str = "", **fields: str) -> "Browser":
        """Send the page's form that goes to `action`, with what the person typed; `button` is `name=value`."""
        form = next(part for part in self.page.split("<form")[1:] if f'action="{action}' in part.split(">")[0])
        form = form.split("</form>")[0]
        target = re.search(r'action="([^"]*)"', form)
        pairs = [(unescape(name), unescape(value)) for name, value in FIELD.findall(form)]
        pairs += [("scope", scope) for scope in re.findall(r'name="scope" value="([^"]+)"', form)]
        pairs += list(fields.items()) + ([tuple(button.split("=", 1))] if button else [])  # type: ignore[list-item]
        where = urljoin(self.address, unescape(target.group(1)) if target else self.address)
        return self.navigate("POST", where, urlencode(pairs).encode(), "same-origin")

    def navigate(self, method: str, url: str, body: bytes, site: str) -> "Browser":
        """Load a page and go wherever it leads, ten hops at most."""
        for _ in range(10):
            host = urlsplit(url).netloc
            self.code = next(iter(parse_qs(urlsplit(url).query).get("code", [])), self.code)
            if f"http://{host}" not in self.sandbox.apps:
                self.strangers.append(url)
                self.address = url
                return self
            answer = self.sandbox.ask(method, url, self.headers(host, method, site), body)
            self.keep(host, answer)
            if answer.status_code not in (301, 302, 303):
                break
            onward = urljoin(url, answer.headers["Location"])
            site = "cross-site" if urlsplit(onward).netloc != host or site == "cross-site" else site
            method, url, body = "GET", onward, b""
        self.address, self.page, self.status = url, answer.text, answer.status_code
        return self

    def headers(self, host: str, method: str, site: str) -> dict[str, str]:
        headers = {
            "User-Agent": FIREFOX,
            "Accept": "text/html,application/xhtml+xml",
            "Sec-Fetch-Site": site,
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-User": "?1",
        }
        if method == "POST":  # the pages' Referrer-Policy keeps their origin to themselves
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}
        jar = self.jars.get(host)
        return headers | ({"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {})

    def keep(self, host: str, answer: TestResponse) -> None:
        for line in answer.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line or "Expires=Thu, 01 Jan 1970" in line:
                self.jars.get(host, {}).pop(name, None)
            else:
                self.jars.setdefault(host, {})[name] = value

    def fetch(self, method: str, url: str, body: str = "", **headers: str) -> TestResponse:
        """Do what a script of the page does with `fetch`: no cookies, its `Origin` where the answer is another's."""
        own = urlsplit(url).netloc == urlsplit(self.address).netloc
        sent = {
            "User-Agent": FIREFOX,
            "Accept": "*/*",
            "Sec-Fetch-Site": "same-origin" if own else "cross-site",
            "Sec-Fetch-Mode": "cors",
            "Sec-Fetch-Dest": "empty",
        }
        if not own:
            sent["Origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(self.address))
        return self.sandbox.ask(method, url, sent | headers, body.encode())
