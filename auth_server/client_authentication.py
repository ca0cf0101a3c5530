"""How a client says and proves who it is at the token endpoint and its neighbours (RFC 6749 §2.3)."""

from base64 import b64decode
from dataclasses import dataclass
from urllib.parse import unquote_plus

from flask import request

from .errors import InvalidClient
from .parameters import optional


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
