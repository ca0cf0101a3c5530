"""How the bank refuses: always JSON, and a challenge where the token is the reason (RFC 6750 §3)."""

import logging

from flask import Flask, Response, jsonify
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

RETRY_AFTER = "5"  # seconds
NAMES = {
    404: "not_found",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "unsupported_media_type",
    500: "server_error",
}
PLAIN = {  # the framework's own refusals in our words
    404: "There is nothing at this URL.",
    405: "This URL does not take that method; Allow says which it takes.",
    413: "The request is larger than anything that the bank takes.",
    500: "Something broke at the bank. The fault is ours.",
}


class BankError(Exception):
    """A refusal with a status, a code for programs and a sentence for people."""

    status = 400
    error = "invalid_request"
    description = "This request cannot be understood."

    def __init__(self, description: str | None = None) -> None:
        super().__init__(description or self.description)
        self.description = description or self.description

    def headers(self) -> dict[str, str]:
        """Return the headers that go with this refusal."""
        return {}


class NotFound(BankError):
    """No such account, or none of this customer's: the answer does not tell which (RFC 9700 §2.3)."""

    status, error = 404, "not_found"
    description = "There is no such account."


class InsufficientFunds(BankError):
    """The account does not hold the amount."""

    status, error = 409, "insufficient_funds"
    description = "There is not enough money in the account."


class IdempotencyKeyReused(BankError):
    """The same key came with another transfer."""

    status, error = 422, "idempotency_key_reused"
    description = "This Idempotency-Key was used for another transfer. Choose a new one."


class UnsupportedMediaType(BankError):
    """The body is not JSON."""

    status, error = 415, "unsupported_media_type"
    description = "Send the transfer as application/json."


class TemporarilyUnavailable(BankError):
    """Something that the bank needs is away; the same request may come again, a transfer with the same key."""

    status, error = 503, "temporarily_unavailable"
    description = "The bank cannot do this right now. Send the same request again in a moment."

    def headers(self) -> dict[str, str]:
        """Say when to come back."""
        return {"Retry-After": RETRY_AFTER}


class NotTrusted(BankError):
    """The authorization server refuses to answer the bank: that does not pass by itself, so nobody is asked back."""

    status, error = 503, "server_error"
    description = "The bank may not ask about tokens: its operator has to mend that. Trying again does not help."


class BearerError(BankError):
    """A refusal because of the token, with its challenge (RFC 6750 §3)."""

    scope: str | None = None

    def headers(self) -> dict[str, str]:
        """Challenge the client and say what was wrong (RFC 6750 §3.1)."""
        # "If the protected resource request included an access token … the resource server SHOULD include the "error"
        # attribute": RFC 6750 §3.1
        challenge = f'Bearer realm="bank", error="{self.error}", error_description="{self.description}"'
        if self.scope:
            challenge += f', scope="{self.scope}"'
        return {"WWW-Authenticate": challenge}


class NoToken(BearerError):
    """No token was sent: the challenge then tells no error (RFC 6750 §3.1)."""

    status, error = 401, "unauthorized"
    description = "Send an access token in the Authorization header."

    def headers(self) -> dict[str, str]:
        """Ask for a token and nothing else."""
        return {"WWW-Authenticate": 'Bearer realm="bank"'}


class InvalidBearerRequest(BearerError):
    """The token was sent in a broken way or in two ways at once (RFC 6750 §3.1)."""

    description = "Send one access token, in the Authorization header and nowhere else."


# Whoever tries tokens must not learn from the answer which of them was one, or whose.
class InvalidToken(BearerError):
    """Unknown, expired, revoked or meant for somebody else: one text for all (RFC 6750 §3.1)."""

    status, error = 401, "invalid_token"
    description = "The access token is not valid here."


class InsufficientScope(BearerError):
    """The token is good, but not for this (RFC 6750 §3.1)."""

    status, error = 403, "insufficient_scope"
    description = "The access token does not cover this request."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope


def register(app: Flask) -> None:
    """Render every refusal, the framework's own included, as JSON."""

    @app.errorhandler(BankError)
    def refused(problem: BankError) -> Response:
        return render(problem.status, problem.error, problem.description, problem.headers())

    # 503 and not 401: a client that hears that its token is bad throws it away.
    @app.errorhandler(RedisError)
    def books_are_away(problem: RedisError) -> Response:
        log.error("Redis does not answer: %s", type(problem).__name__)
        return refused(TemporarilyUnavailable())

    @app.errorhandler(HTTPException)
    def http_error(problem: HTTPException) -> Response:
        status = problem.code or 500
        kept = {name: value for name, value in problem.get_headers() if name in ("Allow", "Retry-After")}
        words = PLAIN.get(status) or problem.description or problem.name
        return render(status, NAMES.get(status, "invalid_request"), words, kept)


def render(status: int, error: str, description: str, headers: dict[str, str]) -> Response:
    """Return the refusal as JSON."""
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    response.headers.update(headers)
    return response
