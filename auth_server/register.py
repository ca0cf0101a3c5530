"""Registration endpoint: a client introduces itself (RFC 7591 §3)."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from auth_server.client_names import cut, problem_of_client_name
from auth_server.clock import now
from auth_server.config import settings
from auth_server.defences import defences
from auth_server.errors import InvalidClientMetadata, InvalidRedirectUri
from auth_server.features import features
from auth_server.models import Client
from auth_server.scopes import split
from auth_server.store import sha256, store

bp = Blueprint("register", __name__)
MOST_REDIRECT_URIS = 10


@bp.post("/register")
def register() -> tuple[Response, int]:
    """Register a client for a day and answer with all that was registered (RFC 7591 §3.2.1)."""
    metadata = {name: value for name, value in posted_object().items() if value is not None}  # null means absent
    defences.registrations_are_limited()
    secret = secrets.token_urlsafe(32)
    client = defences.new_client_gets_modest_scopes(client_of(metadata, secret))
    lifetime = settings.registration_lifetime
    store.save_client(client, lifetime + 3600)
    return jsonify(answer(client, secret)), 201


def posted_object() -> dict[str, Any]:
    """Return the body, which is a JSON object (RFC 7591 §3.1)."""
    try:
        metadata = request.get_json(silent=True) if request.is_json else None
    except RecursionError:  # brackets within brackets, thousands deep
        metadata = None
    if not isinstance(metadata, dict):
        raise InvalidClientMetadata("the body must be a JSON object, sent as application/json")
    return metadata


def client_of(metadata: dict[str, Any], secret: str) -> Client:
    """Check the metadata, with the defaults of RFC 7591 §2."""
    method = text(metadata, "token_endpoint_auth_method", "client_secret_basic")
    grant_types = texts(metadata, "grant_types", ["authorization_code"])
    response_types = texts(metadata, "response_types", ["code"] if "authorization_code" in grant_types else [])
    offered("token_endpoint_auth_method", [method], features.client_authentication)
    offered("grant_types", grant_types, features.grant_types)
    offered("response_types", response_types, features.response_types)
    if not set(grant_types) - {"refresh_token"}:  # which needs another grant to come from
        raise InvalidClientMetadata("grant_types must name a grant that gives access: this client could do nothing")
    if ("code" in response_types) != ("authorization_code" in grant_types):
        raise InvalidClientMetadata("response_types code and grant_types authorization_code go together")
    if method == "none" and any(features.grant_types[name].for_confidential_clients for name in grant_types):
        raise InvalidClientMetadata("one of grant_types needs a client that can prove who it is")
    application_type = text(metadata, "application_type", "web")
    offered("application_type", [application_type], ("web", "native"))
    usable = scopes_for(grant_types)
    scope = split(text(metadata, "scope", " ".join(usable)))
    offered("scope", scope, features.scopes)
    if not set(scope) <= set(usable):
        raise InvalidClientMetadata("scope offline_access buys refresh tokens: grant_types must say refresh_token")
    return Client(
        client_id=(client_id := defences.client_id_is_chosen_by_us(metadata)),
        client_name=client_name(metadata, client_id),
        redirect_uris=redirect_uris(metadata, application_type, needed="authorization_code" in grant_types),
        scope=scope,
        secret_sha256=sha256(secret) if features.client_authentication[method].by_secret else None,
        grant_types=tuple(grant_types),
        response_types=tuple(response_types),
        token_endpoint_auth_method=method,
        application_type=application_type,
        registered_at=now(),
        expires_at=now() + settings.registration_lifetime,
    )


def client_name(metadata: dict[str, Any], client_id: str) -> str:
    """Return the name that people will read; a client without one is called by its id (RFC 7591 §2)."""
    name = metadata.get("client_name", "")
    if not isinstance(name, str):
        raise InvalidClientMetadata("client_name must be a string")
    if problem := name and problem_of_client_name(name := cut(name)):
        raise InvalidClientMetadata(problem)
    return name or client_id


def scopes_for(grant_types: list[str]) -> list[str]:
    """Return what the grants can use: all of it for a client that names no scope (RFC 7591 §2)."""
    return [name for name in features.scopes if name != "offline_access" or "refresh_token" in grant_types]


def redirect_uris(metadata: dict[str, Any], application_type: str, *, needed: bool) -> tuple[str, ...]:
    """Return the redirect URIs, each one fit to be registered (RFC 7591 §2)."""
    uris = metadata.get("redirect_uris", [])
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris) or len(uris) > MOST_REDIRECT_URIS:
        raise InvalidRedirectUri(f"redirect_uris must be a list of at most {MOST_REDIRECT_URIS} strings")
    if needed and not uris:
        raise InvalidRedirectUri("redirect_uris is missing: a client that is redirected to registers where")
    for uri in uris:
        defences.redirect_uri_may_be_registered(uri, application_type)
    return tuple(uris)


def text(metadata: dict[str, Any], name: str, default: str) -> str:
    value = metadata.get(name, default)
    if not isinstance(value, str) or not value.isprintable():  # nor is half a character, as in "\ud800"
        raise InvalidClientMetadata(f"{name} must be a string of printable characters")
    return value or default


def texts(metadata: dict[str, Any], name: str, default: list[str]) -> list[str]:
    value = metadata.get(name, default)
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise InvalidClientMetadata(f"{name} must be a list of strings")
    return list(dict.fromkeys(value))


def offered(name: str, values: Any, known: Any) -> None:
    """Refuse what this server does not do, and say what it does."""
    if any(value not in known for value in values):
        raise InvalidClientMetadata(f"{name} may be of {' '.join(known)}")


def answer(client: Client, secret: str) -> dict[str, Any]:
    """Return the client information response (RFC 7591 §3.2.1)."""
    information: dict[str, Any] = {
        "client_id": client.client_id,
        "client_id_issued_at": client.registered_at,
        "client_name": client.client_name,
        "redirect_uris": list(client.redirect_uris),
        "grant_types": list(client.grant_types),
        "response_types": list(client.response_types),
        "scope": " ".join(client.scope),
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "application_type": client.application_type,
    }
    if client.secret_sha256:  # a client that proves itself by other means gets no second way in
        information |= {"client_secret": secret, "client_secret_expires_at": client.expires_at}
    return information
