"""Stand-ins for the authorization server and the bank, as a party meets them through its `requests` session."""

import hashlib
import json
import time
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from requests.adapters import BaseAdapter

AUTH = "http://auth.localhost:9000"
BANK = "http://bank.localhost:9001"

Answer = tuple[int, dict[str, Any]]


class Stub(BaseAdapter):
    """An adapter that answers by itself and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        self.asked.append(request)
        status, body = self.answer(request, urlsplit(str(request.url)).path)
        response = requests.Response()
        response.status_code, response.url, response.request = status, str(request.url), request
        response._content = json.dumps(body).encode()
        if status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return response

    def answer(self, request: requests.PreparedRequest, path: str) -> Answer:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""


class StubAuthorizationServer(Stub):
    """Says yes to everybody, checks PKCE, rotates refresh tokens; `metadata` and `token` change what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.metadata: dict[str, Any] = {
            "issuer": AUTH,
            "authorization_endpoint": f"{AUTH}/authorize",
            "token_endpoint": f"{AUTH}/token",
            "revocation_endpoint": f"{AUTH}/revoke",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.token: dict[str, Any] = {"token_type": "Bearer", "expires_in": 300}
        self.challenges: dict[str, str] = {}
        self.access_tokens: list[str] = []
        self.refresh_tokens: list[str] = []
        self.pause = 0.0  # seconds before a refresh is answered

    def allow(self, location: str, **changes: str | None) -> str:
        """Take an authorization request; return the path of the callback, changed by `changes`."""
        parameters = parameters_of(location)
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = parameters["code_challenge"]
        answer = {"code": code, "state": parameters["state"], "iss": AUTH} | changes
        return "/callback?" + urlencode({name: value for name, value in answer.items() if value is not None})

    def forms(self, grant_type: str) -> list[dict[str, str]]:
        """Return the token requests of a grant type."""
        requests = [form_of(request) for request in self.asked if str(request.url).split("/")[-1] == "token"]
        return [form for form in requests if form["grant_type"] == grant_type]

    def answer(self, request: requests.PreparedRequest, path: str) -> Answer:
        if path == "/.well-known/oauth-authorization-server":
            return 200, self.metadata
        if str(request.url) == self.metadata.get("revocation_endpoint"):
            return 200, {}
        form = form_of(request)
        if form["grant_type"] == "refresh_token":
            time.sleep(self.pause)
            good = form["refresh_token"] == self.refresh_tokens[-1]
        else:
            challenge = urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
            good = self.challenges.pop(form["code"], None) == challenge.decode()
        return (200, self.issue()) if good else (400, {"error": "invalid_grant"})

    def issue(self) -> dict[str, Any]:
        """Return a token response with new tokens."""
        number = len(self.access_tokens)
        self.access_tokens.append(f"access-token-{number}")
        self.refresh_tokens.append(f"refresh-token-{number}")
        return {"access_token": self.access_tokens[-1], "refresh_token": self.refresh_tokens[-1]} | self.token


class StubBank(Stub):
    """Takes the newest access token and shows one account; moves no money."""

    def __init__(self, auth: StubAuthorizationServer) -> None:
        super().__init__()
        self.auth = auth
        self.account = {"id": "alice-current", "name": "Current account", "owner": "alice", "currency": "EUR"}
        self.transactions: list[dict[str, Any]] = []
        self.refusal = {"error": "insufficient_scope"}

    def answer(self, request: requests.PreparedRequest, path: str) -> Answer:
        if request.headers.get("Authorization") != f"Bearer {self.auth.access_tokens[-1]}":
            return 401, {"error": "invalid_token"}
        balance = {"account": "alice-current", "balance": 418255, "currency": "EUR", "as_of": "2027-01-15T08:00:00Z"}
        answers: dict[str, Answer] = {
            "/accounts": (200, {"accounts": [self.account]}),
            "/accounts/alice-current/balance": (200, balance),
            "/accounts/alice-current/transactions": (200, {"transactions": self.transactions, "next": None}),
        }
        return answers.get(path, (403, self.refusal))


class StubIntrospection(Stub):
    """The authorization server as the bank sees it: a table of what to say of each token."""

    def __init__(self, tokens: dict[str, dict[str, Any]]) -> None:
        super().__init__()
        self.tokens = tokens
        self.away = False
        self.status = 200

    def answer(self, request: requests.PreparedRequest, path: str) -> Answer:
        if self.away:
            raise requests.ConnectionError
        known = self.tokens.get(form_of(request)["token"]) if path == "/introspect" else None
        return self.status, known or {"active": False}


def form_of(request: requests.PreparedRequest) -> dict[str, str]:
    """Return the fields of a form that was sent."""
    return {name: values[0] for name, values in parse_qs(str(request.body)).items()}


def parameters_of(location: str) -> dict[str, str]:
    """Return the parameters in an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
