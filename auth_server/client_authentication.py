"""How a client says and proves who it is at the token endpoint and its neighbours (RFC 6749 §2.3)."""

import hmac
from base64 import b64decode
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote_plus

from flask import current_app, g, request
from werkzeug.local import LocalProxy

from auth_server.clock import now
from auth_server.errors import InvalidClient, InvalidRequest
from auth_server.features import ClientAuthentication, features
from auth_server.models import Client
from auth_server.parameters import optional
from auth_server.store import sha256, store

NO_MATCH = "unknown client, or wrong secret"


@dataclass(frozen=True)
class Presented:
    """What the client showed; `credential` is None where it only named itself."""

    method: str
    client_id: str
    credential: str | None


def basic() -> Presented | None:
    """Read id and secret by HTTP Basic, each form-encoded first (RFC 6749 §2.3.1)."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise InvalidClient("the Authorization header is not HTTP Basic: base64 of id:secret") from None
    if not colon:
        raise InvalidClient("HTTP Basic needs id:secret, with a colon")
    return Presented("client_secret_basic", unquote_plus(client_id), unquote_plus(secret))


def post() -> Presented | None:
    """Read id and secret in the body (RFC 6749 §2.3.1)."""
    client_id, secret = optional("client_id"), optional("client_secret")
    return Presented("client_secret_post", client_id or "", secret) if secret else None


def named_only() -> Presented | None:
    """Read the name of a public client in the body (RFC 6749 §3.2.1)."""
    client_id = optional("client_id")
    return Presented("none", client_id, None) if client_id and not optional("client_secret") else None


def secret_is_right(presented: Presented, client: Client) -> bool:
    """Compare hashes, in a time that does not tell how much of them agrees."""
    return hmac.compare_digest(sha256(presented.credential or ""), client.secret_sha256 or "")


def has_nothing_to_prove(_: Presented, client: Client) -> bool:
    """Believe a public client's name, and no other client's (RFC 6749 §2.1)."""
    return client.is_public


CLIENT_SECRET_BASIC = ClientAuthentication(basic, secret_is_right, by_secret=True)
CLIENT_SECRET_POST = ClientAuthentication(post, secret_is_right, ("client_id", "client_secret"), by_secret=True)
NONE = ClientAuthentication(named_only, has_nothing_to_prove, ("client_id",))


def named_client() -> str:
    """Return who the caller says it is, proved or not."""
    try:
        return next(iter(everything_presented())).client_id
    except (InvalidClient, StopIteration):
        return ""


def everything_presented() -> list[Presented]:
    """Return what the request shows, by whichever methods; it is read once, before its client is fetched."""
    if "presented" not in g:
        g.presented = [presented for row in features.client_authentication.values() if (presented := row.presented())]
    return cast("list[Presented]", g.presented)


def presented_once() -> Presented:
    """Return the one proof that the client gave (RFC 6749 §2.3)."""
    presented = everything_presented()
    # "The parameters can only be transmitted in the request-body": RFC 6749 §2.3.1. A URL is written into logs.
    if "client_secret" in request.args:
        raise InvalidClient("credentials must not be in the URL")
    # "The client MUST NOT use more than one authentication method in each request."
    if sum(each.credential is not None for each in presented) > 1:
        raise InvalidRequest("the client authenticated in two ways: use one")
    if not presented:
        raise InvalidClient("no client authentication was sent")
    best = max(presented, key=lambda each: each.credential is not None)
    # Else one reader would take the client from the header, and another from the body.
    if request.form.get("client_id") not in (None, "", best.client_id):
        raise InvalidRequest("client_id in the body is not the one that authenticated")
    return best


def named_by(presented: Presented) -> Client:
    """Return the client that the request names."""
    client = store.find_client(presented.client_id, now())
    # The same words as for a wrong secret: nobody learns here which clients exist.
    if client is None:
        raise InvalidClient(NO_MATCH)
    return client


def prove(presented: Presented, client: Client) -> None:
    """Refuse a client that does not prove who it is, by the method that it used."""
    if not features.client_authentication[presented.method].proves(presented, client):
        raise InvalidClient(NO_MATCH)


# The resource servers that this server answers for: by their URI, the name and the secret's hash that they ask with.
resource_servers = cast("dict[str, tuple[str, str]]", LocalProxy(lambda: current_app.extensions["resource_servers"]))


def authenticated_resource_server() -> str:
    """Return the resource that the caller serves, after it has shown its secret (RFC 7662 §2.1)."""
    presented = presented_once()
    for resource, (name, secret_sha256) in resource_servers.items():
        # A resource server has a secret and nothing else: a method that proves by other means proves nothing here.
        is_named = name == presented.client_id and features.client_authentication[presented.method].by_secret
        if is_named and hmac.compare_digest(sha256(presented.credential or ""), secret_sha256):
            return resource
    raise InvalidClient("only a resource server may ask, with its secret")
