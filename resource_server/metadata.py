"""Protected resource metadata: where a client finds out how to get a token for the bank (RFC 9728 §3)."""

from flask import Blueprint, Response, jsonify

from resource_server.config import settings
from resource_server.models import SCOPES

bp = Blueprint("metadata", __name__)


@bp.get("/.well-known/oauth-protected-resource")
def protected_resource() -> Response:
    """Describe the bank to clients (RFC 9728 §2)."""
    return jsonify(
        resource=settings.resource,
        resource_name="Bank API",
        authorization_servers=[settings.issuer],
        scopes_supported=list(SCOPES),
        bearer_methods_supported=["header"],
    )
