"""A small world for the tests of the bank: its books, a stub that it asks about tokens, and a clock to move."""

from collections.abc import Callable
from typing import Any

import redis
import requests
from werkzeug.test import Client, TestResponse

from resource_server import create_app
from resource_server.config import Settings
from resource_server.defences import Defences
from tests.support.stub_parties import AUTH, BANK, StubIntrospection
from tests.support.world import WrongAnswer, answered

BALANCE = "http://balance.localhost:9003"
NOW = 1_800_000_000.0
TOKEN = {
    "active": True,
    "scope": "balance:read transactions:read transfers:write",
    "client_id": "budget",
    "sub": "alice",
    "aud": BANK,
    "exp": NOW + 600,
}


class Bank:
    """The running bank; the token `good` opens Alice's accounts."""

    def __init__(self, redis_url: str, defences: Defences | None = None, /, **settings: Any) -> None:
        redis.Redis.from_url(redis_url).flushdb()
        self.time = NOW
        self.auth = StubIntrospection({"good": dict(TOKEN)})
        http = requests.Session()
        http.mount(AUTH, self.auth)
        chosen = {
            "resource": BANK,
            "issuer": AUTH,
            "allowed_origins": (BALANCE,),
            "redis_url": redis_url,
            "introspection_secret": "s3cret: 100%",
        }
        self.app = create_app(Settings(**(chosen | settings)), defences, clock=lambda: self.time, http=http)
        self.client = Client(self.app, use_cookies=False)

    def know(self, token: str, **changes: Any) -> None:
        """Let the authorization server know a token, which differs from the good one so; None takes a member away."""
        self.auth.tokens[token] = {name: value for name, value in (TOKEN | changes).items() if value is not None}

    def ask(self, method: str, path: str, authorization: str | None = "Bearer good", **options: Any) -> TestResponse:
        headers = options.pop("headers", {})
        if authorization is not None:
            headers["Authorization"] = authorization
        return self.client.open(path, method=method, base_url=BANK, headers=headers, **options)

    def get(self, path: str, authorization: str | None = "Bearer good", **headers: str) -> TestResponse:
        return self.ask("GET", path, authorization, headers=headers)

    def pay(self, key: str = "k1", token: str = "good", **changes: Any) -> TestResponse:
        order = {"from_account": "alice-current", "to_account": "bob-current", "amount": 100, "reference": "tea"}
        return self.ask("POST", "/transfers", f"Bearer {token}", json=order | changes, headers={"Idempotency-Key": key})

    def balance(self) -> int:
        """Return how much Alice's current account holds, in cents."""
        return int(answered(self.get("/accounts/alice-current/balance"), 200).get_json()["balance"])

    def doors(self, token: str = "good") -> list[Callable[[], TestResponse]]:
        """Return one request to every protected resource, to be made with a token."""
        account, bearer = "/accounts/alice-current", f"Bearer {token}"
        return [
            lambda: self.get("/accounts", bearer),
            lambda: self.get(f"{account}/balance", bearer),
            lambda: self.get(f"{account}/transactions", bearer),
            lambda: self.pay("door", token),
        ]


def refused(response: TestResponse, status: int, error: str) -> None:
    """A refusal is JSON, says what is wrong, and is kept by nobody."""
    answered(response, status, error)
    assert response.get_json()["error_description"]
    assert response.headers["Cache-Control"] == "no-store"


def challenged(response: TestResponse, status: int, error: str) -> None:
    """A refusal because of the token says so in its challenge, too."""
    refused(response, status, error)
    challenge = response.headers.get("WWW-Authenticate", "")
    if not challenge.startswith('Bearer realm="bank", ') or f'error="{error}"' not in challenge:
        raise WrongAnswer(f"expected a challenge with {error}, got {challenge!r}")


def asked_for_a_token(response: TestResponse) -> None:
    """Who sent no token is challenged, and told no error."""
    answered(response, 401, "unauthorized")
    if response.headers.get("WWW-Authenticate") != 'Bearer realm="bank"':
        raise WrongAnswer(f"expected a challenge without an error, got {response.headers.get('WWW-Authenticate')!r}")
