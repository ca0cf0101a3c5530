"""Stand-ins for the authorization server and the bank, as a tab of Balance meets them."""

import json
from threading import Event
from typing import Any
from urllib.parse import urlencode

from werkzeug import Request, Response

ACCOUNT = {"id": "alice-current", "name": "Current account", "owner": "Alice", "currency": "EUR"}
SAVINGS = {"id": "alice-savings", "name": "Savings", "owner": "Alice", "currency": "EUR"}
BALANCE = {"account": "alice-current", "balance": 418255, "currency": "EUR", "as_of": "2027-01-15T08:00:00Z"}
BY_MESSAGE = """<!doctype html><title>Bank ID</title><h1>Bank ID has answered</h1><script>
opener.postMessage({{ type: "authorization_response", response: {told} }}, "{origin}");</script>"""
GROCER = {"id": "1", "at": "2027-01-14T08:00:00Z", "description": "Grocer", "category": "food", "amount": -1250}


class StubAuthorizationServer:
    """Says yes to everybody and checks nothing: whatever stops an attack here is Balance's own doing."""

    def __init__(self, issuer: str, balance: str) -> None:
        self.issuer, self.balance = issuer, balance
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "revocation_endpoint": f"{issuer}/revoke",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        self.told: dict[str, str | None] = {}  # changes to the authorization response
        self.token: dict[str, Any] = {"token_type": "Bearer", "expires_in": 300}
        self.refusal: tuple[int, Any] | None = None  # the answer to a token request
        self.asks_first = False
        self.may_answer = Event()  # the token endpoint waits for it
        self.may_answer.set()
        self.codes: list[str] = []
        self.access_tokens: list[str] = []

    def allow(self, parameters: dict[str, str], **changes: str | None) -> str:
        """Return where the browser is sent with a new code; None takes a parameter away."""
        return f"{parameters['redirect_uri']}?" + urlencode(self.response(parameters, **changes))

    def response(self, parameters: dict[str, str], **changes: str | None) -> dict[str, str]:
        """Return the authorization response with a new code."""
        self.codes.append(f"code-{len(self.codes)}-of-the-stub")
        answer = {"code": self.codes[-1], "state": parameters["state"], "iss": self.issuer} | self.told | changes
        return {name: value for name, value in answer.items() if value is not None}

    def answer(self, request: Request) -> Response:
        if request.path == "/.well-known/oauth-authorization-server":
            return shared(self.metadata, 200, self.balance)
        address = request.base_url
        if address == self.metadata["authorization_endpoint"]:
            return self.authorize(request)
        if address == self.metadata["token_endpoint"]:
            return self.issue()
        return shared({}, 200 if address == self.metadata["revocation_endpoint"] else 404, self.balance)

    def authorize(self, request: Request) -> Response:
        """Send the browser back with a code, or a message to its opener, or show a page first; each gives a cookie."""
        parameters = request.args.to_dict()
        if self.asks_first:
            response = Response("<!doctype html><title>Bank ID</title><h1>Bank ID asks</h1>", mimetype="text/html")
        elif parameters.get("response_mode") == "web_message":
            page = BY_MESSAGE.format(told=json.dumps(self.response(parameters)), origin=self.balance)
            response = Response(page, mimetype="text/html")
        else:
            response = Response(status=303, headers={"Location": self.allow(parameters)})
        response.set_cookie("bankid_session", "alice", samesite="Lax")
        return response

    def issue(self) -> Response:
        """Answer with a new token, or as a test told us to."""
        self.may_answer.wait(15)
        if self.refusal:
            return shared(self.refusal[1], self.refusal[0], self.balance)
        self.access_tokens.append(f"access-token-{len(self.access_tokens)}-of-the-stub")
        return shared({"access_token": self.access_tokens[-1]} | self.token, 200, self.balance)


class StubBank:
    """Takes any token of the stub authorization server, and shows one account that nobody may empty."""

    def __init__(self, balance: str, auth: StubAuthorizationServer) -> None:
        self.balance, self.auth = balance, auth
        self.status = 200  # another one is the answer to everything

    def answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return shared({}, 204, self.balance)
        if self.status != 200:
            error = "invalid_token" if self.status == 401 else "temporarily_unavailable"
            return shared({"error": error}, self.status, self.balance)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.auth.access_tokens:
            return shared({"error": "invalid_token"}, 401, self.balance, 'Bearer error="invalid_token"')
        answers: dict[str, Any] = {
            "/accounts": {"accounts": [ACCOUNT, SAVINGS]},
            "/accounts/alice-current/balance": BALANCE,
            "/accounts/alice-savings/balance": BALANCE | {"account": "alice-savings", "balance": 100},
            "/accounts/alice-current/transactions": {"transactions": [GROCER], "next": None},
            "/accounts/alice-savings/transactions": {"transactions": [], "next": None},
        }
        if request.path in answers:
            return shared(answers[request.path], 200, self.balance)
        challenge = 'Bearer error="insufficient_scope", scope="transfers:write"'
        return shared({"error": "insufficient_scope"}, 403, self.balance, challenge)


def shared(body: Any, status: int, origin: str, challenge: str = "") -> Response:
    """Return JSON that a page of this origin may read."""
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": "authorization, content-type, idempotency-key",
        "Access-Control-Expose-Headers": "WWW-Authenticate",
    }
    if challenge:
        headers["WWW-Authenticate"] = challenge
    return Response(json.dumps(body), status, headers, mimetype="application/json")
