"""How a client says and proves who it is at the token endpoint and its neighbours (RFC 6749 §2.3)."""

import hmac
from base64 import b64decode
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote_plus

from flask import current_app, request

from auth_server.clock import now
from auth_server.errors import InvalidClient, InvalidRequest
from auth_server.models import Client
from auth_server.parameters import optional
from auth_server.store import sha256, store


@dataclass(frozen=True)
class Presented:
    """What the client showed; `secret` is None where it only named itself."""

    method: str
    client_id: str
    secret: str | None


def client_secret_basic() -> Presented | None:
    """Id and secret by HTTP Basic, each form-encoded first (RFC 6749 §2.3.1)."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise InvalidClient("the Authorization header is not HTTP Basic: base64 of id:secret", basic=True) from None
    if not colon:
        raise InvalidClient("HTTP Basic needs id:secret, with a colon", basic=True)
    return Presented("client_secret_basic", unquote_plus(client_id), unquote_plus(secret))


def client_secret_post() -> Presented | None:
    """Id and secret in the body (RFC 6749 §2.3.1)."""
    client_id, secret = optional("client_id"), optional("client_secret")
    return Presented("client_secret_post", client_id or "", secret) if secret else None


def none() -> Presented | None:
    """A public client names itself in the body (RFC 6749 §3.2.1)."""
    client_id = optional("client_id")
    return Presented("none", client_id, None) if client_id and not optional("client_secret") else None


def named_client() -> str:
    """Return who the caller says it is, proved or not."""
    try:
        basic = client_secret_basic()
    except InvalidClient:
        return ""
    return basic.client_id if basic else optional("client_id") or ""


def presented_once() -> Presented:
    """Return the one proof that the client gave; two at once are refused (RFC 6749 §2.3)."""
    shown = [
        found for method in current_app.extensions["features"].client_authentication.values() if (found := method())
    ]
    if "client_secret" in request.args:
        raise InvalidClient("credentials must not be in the address")
    if sum(found.secret is not None for found in shown) > 1:
        raise InvalidRequest("the client authenticated in two ways: use one")
    if not shown:
        raise InvalidClient("no client authentication was sent", basic="Authorization" in request.headers)
    best: Presented = max(shown, key=lambda found: found.secret is not None)
    return best


def authenticated_client() -> Client:
    """Return the client that proved who it is (RFC 6749 §2.3.1)."""
    shown = presented_once()
    named = request.form.get("client_id") or shown.client_id
    if named != shown.client_id:
        raise InvalidRequest("client_id in the body is not the one that authenticated")
    basic = shown.method == "client_secret_basic"
    client = store.find_client(shown.client_id, now())
    if client is None:
        raise InvalidClient("unknown client, or wrong secret", basic=basic)
    if client.secret_sha256 is None:
        if shown.secret:
            raise InvalidClient("this client is public: it has no secret", basic=basic)
        return client
    if shown.secret is None or not hmac.compare_digest(sha256(shown.secret), client.secret_sha256):
        raise InvalidClient("unknown client, or wrong secret", basic=basic)
    return client


def authenticated_resource_server() -> str:
    """Return the resource that the caller serves, after HTTP Basic (RFC 7662 §2.1)."""
    shown = presented_once()
    basic = shown.method == "client_secret_basic"
    for resource, (name, secret_sha256) in current_app.extensions["resource_servers"].items():
        if name == shown.client_id and shown.secret and hmac.compare_digest(sha256(shown.secret), secret_sha256):
            return cast(str, resource)
    raise InvalidClient("only a resource server may ask, with its secret", basic=basic)
