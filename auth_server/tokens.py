"""Grants and tokens: made in memory, stored by whoever redeems what they were made for (RFC 6749 §5.1)."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from flask import Response, jsonify

from auth_server.clock import now
from auth_server.config import settings
from auth_server.features import features
from auth_server.models import Binding, Client, Grant, Token, Tokens
from auth_server.store import sha256

NOTHING: Mapping[str, Any] = MappingProxyType({})


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


def new_tokens(
    grant: Grant, scope: tuple[str, ...], resource: tuple[str, ...], carried: Mapping[str, Any] = NOTHING
) -> Tokens:
    """Make the tokens of one response: they are worth nothing until they are stored."""
    issued_at = now()
    bound = next(binding for bind in reversed(features.bindings.values()) if (binding := bind()))
    expires_at = min(issued_at + settings.access_token_lifetime, grant.expires_at)
    access = Token(grant, "", "access_token", scope, resource, issued_at, expires_at, bound.token_type, bound.cnf)
    access_token = next(text for write in reversed(features.access_token_formats.values()) if (text := write(access)))
    # The clear text goes to the client and nowhere else: who reads the store cannot use what is in it.
    access = replace(access, token_hash=sha256(access_token))
    if "offline_access" not in grant.scope:
        return Tokens(access_token, access, carried=carried)
    # It keeps all that was granted, however little this access token is for: the next one may ask for the rest.
    refresh_token, kept = new_token(), (grant.scope, grant.resource, issued_at, grant.expires_at)
    refresh = Token(grant, sha256(refresh_token), "refresh_token", *kept)
    return Tokens(access_token, access, refresh_token, refresh, carried)


def opaque(_: Token) -> str:
    """Return a token that says nothing: a resource server asks what it is worth (RFC 7662 §2)."""
    return new_token()


def bearer() -> Binding:
    """Bind a token to nobody: whoever holds it can use it (RFC 6750 §1.2)."""
    return Binding()


TOKEN_RESPONSE: dict[str, Callable[[Tokens], Any]] = {
    "access_token": lambda tokens: tokens.access_token,
    "token_type": lambda tokens: tokens.access.token_type,
    "expires_in": lambda tokens: tokens.access.expires_at - tokens.access.issued_at,
    "scope": lambda tokens: " ".join(tokens.access.scope),  # always: it may be less than what was asked for
    "refresh_token": lambda tokens: tokens.refresh_token,
}


def token_response(tokens: Tokens) -> Response:
    """Answer with the tokens, and what is to be known about them (RFC 6749 §5.1)."""
    members = {name: member(tokens) for name, member in features.token_response.items()}
    return jsonify({name: value for name, value in members.items() if value is not None})
