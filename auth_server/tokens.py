"""Tokens: made, issued once, and answered (RFC 6749 §5.1)."""

import secrets

from flask import Response, current_app, jsonify

from auth_server.models import Grant, Issued, Token
from auth_server.store import sha256, store


def now() -> int:
    """Return the app's clock, in whole seconds since 1970."""
    return int(current_app.extensions["clock"]())


def new_token() -> str:
    """Return 256 random bits (RFC 6749 §10.10)."""
    return secrets.token_urlsafe(32)


def issue_once(mark: str, grant: Grant, scope: tuple[str, ...], resource: tuple[str, ...]) -> Issued | None:
    """Issue what `mark` buys, once; the second time the grant is revoked and there is None."""
    issued_at = now()
    settings = current_app.extensions["settings"]
    access_value, refresh_value = new_token(), None
    expires_at = min(issued_at + settings.access_token_lifetime, grant.expires_at)
    access = Token(sha256(access_value), "access_token", grant.to_dict(), scope, resource, issued_at, expires_at)
    refresh = None
    if "offline_access" in grant.scope:
        refresh_value = new_token()
        refresh = Token(
            sha256(refresh_value),
            "refresh_token",
            grant.to_dict(),
            grant.scope,
            grant.resource,
            issued_at,
            grant.expires_at,
        )
    if not store.issue(mark, grant, access, refresh, issued_at):
        return None
    return Issued(access_value, expires_at - issued_at, scope, refresh_value)


def token_response(issued: Issued) -> Response:
    """Answer with the tokens; the scope is always told (RFC 6749 §5.1)."""
    body = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join(issued.scope),
    }
    return jsonify(body | ({"refresh_token": issued.refresh_token} if issued.refresh_token else {}))
