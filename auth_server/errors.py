"""What goes wrong, by the name the standards give it: to a client as JSON, by redirect, or to a person as a page."""

import re
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

# All that `error_description` may hold: RFC 6749 §5.2. A quotation mark would end the value in a challenge.
OUTSIDE = re.compile(r"[^\x20-\x21\x23-\x5B\x5D-\x7E]")


class OAuthError(Exception):
    """An error response of the token endpoint and its neighbours (RFC 6749 §5.2)."""

    error = "server_error"
    status = 400

    def __init__(self, description: str = "") -> None:
        super().__init__(description)
        self.description = OUTSIDE.sub("?", description)


class InvalidRequest(OAuthError):
    error = "invalid_request"


class InvalidClient(OAuthError):
    """Client authentication failed (RFC 6749 §5.2)."""

    # 401, so that a client knows that it, and not its grant, was refused; it carries a challenge.
    error = "invalid_client"
    status = 401


class InvalidGrant(OAuthError):
    error = "invalid_grant"


class UnauthorizedClient(OAuthError):
    error = "unauthorized_client"


class UnsupportedGrantType(OAuthError):
    error = "unsupported_grant_type"


class UnsupportedResponseType(OAuthError):
    error = "unsupported_response_type"


class InvalidScope(OAuthError):
    error = "invalid_scope"


class InvalidTarget(OAuthError):
    """The resource is not one this server issues tokens for (RFC 8707 §2)."""

    error = "invalid_target"


class AccessDenied(OAuthError):
    error = "access_denied"


class InvalidRedirectUri(OAuthError):
    error = "invalid_redirect_uri"


class InvalidClientMetadata(OAuthError):
    error = "invalid_client_metadata"


class TooManyRequests(OAuthError):
    error = "temporarily_unavailable"
    status = 429


class RedemptionUnknown(OAuthError):
    """A code or a refresh token was to be redeemed, and the store did not say whether it was (RFC 9110 §15.6.4).

    The answer asks for no second try: that one would be a replay, which ends all that the first one bought. Nor are
    the same tokens given out twice to whoever asks twice: a thief who repeats a request is a client like any other, and
    this server keeps only the hashes of what it gave.
    """

    status = 503


class PageError(Exception):
    """Something to tell the person, never the client: there is no redirect URI to send it to (RFC 6749 §4.1.2.1)."""

    def __init__(
        self,
        title: str,
        explanation: str,
        *,
        error: str = "invalid_request",
        status: int = 400,
        facts: dict[str, str] | None = None,
        section: str = "RFC 6749 §4.1.2.1",
    ) -> None:
        super().__init__(title)
        self.title, self.explanation, self.error, self.status = title, explanation, error, status
        self.facts, self.section = facts or {}, section


class StaleForm(PageError):
    """A form that was made for another session, as by signing in in a second tab; each page asks its question again."""


class SignInNeeded(Exception):
    """Nobody is signed in: the person signs in first, then an authorization request, if it was one, is made again."""

    def __init__(self, parameters: MultiDict[str, str] | None = None) -> None:
        super().__init__()
        self.parameters = parameters


# The consent was there when it was looked up, and not when it was used: the script that writes has noticed.
class ConsentWithdrawn(Exception):
    """The user took back a consent while a request was answered by it: the request is made again, and shown."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__()
        self.fields = fields


# The functions that redirect take this and no string: what was not compared cannot get into it by mistake.
@dataclass(frozen=True)
class ResponseTarget:
    """Where an authorization response goes: made only of a redirect URI that was found to be registered."""

    redirect_uri: str
    state: str | None
    mode: str = "query"


class AuthorizationRefused(Exception):
    """An error that goes back by redirect (RFC 6749 §4.1.2.1)."""

    def __init__(self, target: ResponseTarget, problem: OAuthError) -> None:
        super().__init__(problem.error)
        self.target, self.problem = target, problem


class LeftToTheUser(AuthorizationRefused):
    """An error for a client that nobody here knows: the person decides whether to go there (RFC 9700 §4.11.2)."""

    def __init__(self, target: ResponseTarget, problem: OAuthError, client_name: str) -> None:
        super().__init__(target, problem)
        self.client_name = client_name
