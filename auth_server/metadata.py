"""Metadata: what this server offers, made from the tables it works with (RFC 8414 §3)."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify

from auth_server.config import settings
from auth_server.features import Endpoint, features

bp = Blueprint("metadata", __name__)

METADATA: dict[str, Callable[[], Any]] = {
    "scopes_supported": lambda: list(features.scopes),
    "response_types_supported": lambda: list(features.response_types),
    "response_modes_supported": lambda: list(features.response_modes),
    "grant_types_supported": lambda: list(features.grant_types),
    "code_challenge_methods_supported": lambda: list(features.code_challenge_methods),
    "authorization_response_iss_parameter_supported": lambda: True,
}


@bp.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """Return the document (RFC 8414 §3.2); the sandbox is plain http, for it never leaves loopback."""
    document: dict[str, Any] = {"issuer": settings.issuer}
    for path, endpoint in features.endpoints.items():
        if endpoint.name:
            document[f"{endpoint.name}_endpoint"] = settings.issuer + path
            if methods := methods_at(endpoint):
                document[f"{endpoint.name}_endpoint_auth_methods_supported"] = methods
    return jsonify(document | {name: member() for name, member in features.metadata.items()})


def methods_at(endpoint: Endpoint) -> list[str]:
    """Return how callers of an endpoint authenticate: resource servers are not registered, they have a secret only."""
    if endpoint.callers == "clients":
        return list(features.client_authentication)
    if endpoint.callers == "resource servers":
        return [name for name, method in features.client_authentication.items() if method.by_secret]
    return []
