"""Registration endpoint: a client introduces itself (RFC 7591 §3)."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from auth_server.client_metadata import Registration
from auth_server.clock import now
from auth_server.config import settings
from auth_server.defences import defences
from auth_server.errors import InvalidClientMetadata
from auth_server.features import features
from auth_server.models import Client
from auth_server.store import sha256, store

bp = Blueprint("register", __name__)


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
    """Check the metadata row by row; a name that no row knows is ignored (RFC 7591 §2)."""
    registration = Registration(defences.client_id_is_chosen_by_us(metadata), metadata)
    for name, row in features.client_metadata.items():
        registration.accepted[name] = row.value(registration)
    accepted = {name: value for name, value in registration.accepted.items() if value is not None}
    authentication = features.client_authentication[accepted["token_endpoint_auth_method"]]
    return Client(
        client_id=registration.client_id,
        secret_sha256=sha256(secret) if authentication.by_secret else None,
        registered_at=now(),
        expires_at=now() + settings.registration_lifetime,
        **{name: value for name, value in accepted.items() if name in Client.__dataclass_fields__},
        more={name: value for name, value in accepted.items() if name not in Client.__dataclass_fields__},
    )


def answer(client: Client, secret: str) -> dict[str, Any]:
    """Return the client information response (RFC 7591 §3.2.1)."""
    information: dict[str, Any] = {"client_id": client.client_id, "client_id_issued_at": client.registered_at}
    for name, row in features.client_metadata.items():
        if (value := client.registered(name)) is not None:
            information[name] = row.in_response(value)
    if client.secret_sha256:  # a client that proves itself by other means gets no second way in
        information |= {"client_secret": secret, "client_secret_expires_at": client.expires_at}
    return information
