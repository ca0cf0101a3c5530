"""The authorization request: the browser is sent to the authorization server (RFC 6749 §4.1.1)."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request, session

from client_app.authorization_server import read_metadata
from client_app.config import SCOPE, settings
from client_app.connections import now
from client_app.defences import defences
from client_app.errors import BadForm
from client_app.models import Pending
from client_app.store import store

bp = Blueprint("connect", __name__)
MORE_SCOPES = ("transfers:write",)


@bp.get("/connect")
def connect() -> Response:
    """Ask our authorization server for what the user wants us to do."""
    return begin(settings.issuer, wanted_scope(request.args.get("with")))


def begin(issuer: str, scope: str) -> Response:
    """Begin a request; each has its own `state` and verifier, so that several tabs may try (RFC 7636 §4.3)."""
    metadata = read_metadata(issuer)
    defences.server_supports_pkce(metadata)
    pending = Pending(
        state=defences.new_state(),
        verifier=defences.new_verifier(),
        scope=scope,
        issuer=metadata.issuer,
        iss_promised=metadata.authorization_response_iss_parameter_supported,
        expires_at=now() + settings.pending_seconds,
    )
    store.add_pending(this_browser(), pending)
    parameters = {
        "response_type": "code",
        "client_id": settings.client_id,
        "redirect_uri": settings.redirect_uri,
        "scope": scope,
        "state": pending.state,
        "code_challenge": s256(pending.verifier),
        "code_challenge_method": "S256",
        "resource": settings.bank,  # whom the token is for (RFC 8707 §2)
    }
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return redirect(f"{metadata.authorization_endpoint}{joint}{urlencode(parameters)}", 303)  # type: ignore[return-value]


def wanted_scope(more: str | None) -> str:
    """Return the scope to ask for: looking only, unless the user wants to do more."""
    if more is None:
        return SCOPE
    if more not in MORE_SCOPES:
        raise BadForm("Budget does not know what to do with that permission.", asked=more)
    return f"{SCOPE} {more}"


def this_browser() -> str:
    """Return the session's own number for its requests; unlike the cookie's it never leaves the server."""
    return str(session.setdefault("browser", secrets.token_urlsafe(16)))


def s256(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636 §4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
