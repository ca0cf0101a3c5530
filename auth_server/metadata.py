"""Metadata: what this server offers, made from the tables it works with (RFC 8414 §3)."""

from flask import Blueprint, Response, current_app, jsonify

from auth_server.features import features
from auth_server.scopes import SCOPES

bp = Blueprint("metadata", __name__)


@bp.get("/.well-known/oauth-authorization-server")
def metadata() -> Response:
    """Return the document (RFC 8414 §3.2); the sandbox is plain http, for it never leaves loopback."""
    issuer = current_app.extensions["settings"].issuer
    confidential = [method for method in features.client_authentication if method != "none"]
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        revocation_endpoint=f"{issuer}/revoke",
        introspection_endpoint=f"{issuer}/introspect",
        registration_endpoint=f"{issuer}/register",
        scopes_supported=list(SCOPES),
        response_types_supported=list(features.response_types),
        response_modes_supported=list(features.response_modes),
        grant_types_supported=list(features.grant_types),
        token_endpoint_auth_methods_supported=list(features.client_authentication),
        revocation_endpoint_auth_methods_supported=list(features.client_authentication),
        introspection_endpoint_auth_methods_supported=confidential,
        code_challenge_methods_supported=list(features.code_challenge_methods),
        authorization_response_iss_parameter_supported=True,
    )
