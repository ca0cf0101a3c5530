"""Grants and tokens: made in memory, stored by whoever redeems what they were made for (RFC 6749 §5.1)."""

import secrets

from flask import Response, jsonify

from auth_server.clock import now
from auth_server.config import settings
from auth_server.models import Client, Grant, Token, Tokens
from auth_server.store import sha256


def new_token() -> str:
    """Return 256 random bits (RFC 6749 §10.10)."""
    return secrets.token_urlsafe(32)


def new_grant(client: Client, sub: str, scope: tuple[str, ...], resource: tuple[str, ...] = ()) -> Grant:
    """Return a grant that lives as long as what it can buy; without `resource` it is for the bank (RFC 8707 §2)."""
    granted_at = now()
    lifetime = settings.grant_lifetime
    if "offline_access" not in scope:
        lifetime = settings.code_lifetime + settings.access_token_lifetime
    return Grant(
        grant_id=new_token(),
        client_id=client.client_id,
        sub=sub,
        scope=scope,
        resource=resource or (settings.bank,),
        granted_at=granted_at,
        expires_at=granted_at + lifetime,
    )


def new_tokens(grant: Grant, scope: tuple[str, ...], resource: tuple[str, ...]) -> Tokens:
    """Make the tokens of one response: they are worth nothing until they are stored."""
    issued_at = now()
    access_token = new_token()
    expires_at = min(issued_at + settings.access_token_lifetime, grant.expires_at)
    access = Token(grant, sha256(access_token), "access_token", scope, resource, issued_at, expires_at)
    if "offline_access" not in grant.scope:
        return Tokens(access_token, access)
    refresh_token = new_token()
    # It keeps all that was granted, however little this access token is for: the next one may ask for the rest.
    kept = (grant.scope, grant.resource, issued_at, grant.expires_at)
    return Tokens(access_token, access, refresh_token, Token(grant, sha256(refresh_token), "refresh_token", *kept))


def token_response(tokens: Tokens) -> Response:
    """Answer with the tokens; the scope is always told (RFC 6749 §5.1)."""
    access = tokens.access
    body = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": access.expires_at - access.issued_at,
        "scope": " ".join(access.scope),
    }
    return jsonify(body | ({"refresh_token": tokens.refresh_token} if tokens.refresh_token else {}))
