"""Budget's requests to the authorization server, server to server: the back channel (RFC 6749 §3.2)."""

from typing import Any, cast
from urllib.parse import quote_plus

import requests
from pydantic import ValidationError
from urllib3.exceptions import NewConnectionError

from client_app.config import settings
from client_app.defences import defences
from client_app.errors import AnswerRefused, AuthorizationRefused, AuthorizationServerAway, TokenResponseLost
from client_app.models import Metadata, TokenResponse
from wire.current import Current

http = cast("requests.Session", Current("http"))


def ask(method: str, url: str, *, once: bool = False, **options: Any) -> requests.Response:
    """Send one request; a redirect in place of an answer is not followed with our credentials.

    `once`: what it carries is used up by it, so that it may be sent again only where it has surely done nothing.
    """
    try:
        response = http.request(method, url, allow_redirects=False, **options)
    except requests.RequestException as problem:
        lost = once and not was_never_sent(problem)
        away = TokenResponseLost if lost else AuthorizationServerAway
        raise away(None, asked=f"{method} {url}", error=type(problem).__name__) from problem
    if response.status_code >= 500:
        # A server that asks us to come back has not begun: Bank ID leaves `Retry-After` out where it cannot know.
        lost = once and "Retry-After" not in response.headers
        away = TokenResponseLost if lost else AuthorizationServerAway
        raise away(None, asked=f"{method} {url}", **refusal(response).raw)
    return response


def was_never_sent(problem: requests.RequestException) -> bool:
    """Whether nobody took the connection: then nothing of the request has left."""
    reason = getattr(problem.args[0], "reason", None) if problem.args else None
    return isinstance(problem, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def read_metadata(issuer: str) -> Metadata:
    """Ask the server what it can do and where (RFC 8414 §3)."""
    response = ask("GET", f"{issuer}/.well-known/oauth-authorization-server")
    try:
        metadata = Metadata.model_validate_json(response.content)
    except ValidationError as problem:
        raise AuthorizationServerAway("The bank's sign-in service does not describe itself.") from problem
    defences.metadata_is_the_issuers(metadata, issuer)
    return metadata


def our_credentials() -> tuple[str, str]:
    """Return client identifier and secret for HTTP Basic, form-encoded first (RFC 6749 §2.3.1)."""
    return quote_plus(settings.client_id), quote_plus(settings.client_secret)


def request_token(metadata: Metadata, **form: str) -> TokenResponse:
    """Send an access token request; its code or refresh token is good for one use (RFC 6749 §4.1.3, §6)."""
    response = ask("POST", metadata.token_endpoint, once=True, data=form, auth=our_credentials())
    if response.status_code != 200:
        raise refusal(response)
    try:
        token = TokenResponse.model_validate_json(response.content)
    except ValidationError as problem:
        raise AuthorizationRefused("The bank's sign-in service gave us an answer that we cannot read.") from problem
    defences.token_type_is_understood(token)
    return token


def refusal(response: requests.Response) -> AuthorizationRefused:
    """Read an error response; a code that is no good is the browser's fault, any other ours (RFC 6749 §5.2)."""
    try:
        body = response.json()
    except ValueError:
        body = None
    error = body if isinstance(body, dict) else {}
    status = f"{response.status_code} {response.reason}"
    page = AnswerRefused if error.get("error") in ("invalid_grant", "invalid_request") else AuthorizationRefused
    return page(None, status=status, error=error.get("error"), error_description=error.get("error_description"))


def revoke(metadata: Metadata, token: str) -> None:
    """Give a refresh token back; the grant and its access tokens end with it (RFC 7009 §2.1)."""
    if metadata.revocation_endpoint:
        form = {"token": token, "token_type_hint": "refresh_token"}
        response = ask("POST", metadata.revocation_endpoint, data=form, auth=our_credentials())
        if response.status_code != 200:
            raise refusal(response)
