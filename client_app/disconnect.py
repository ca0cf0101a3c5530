"""Disconnecting: the refresh token goes back, and we forget (RFC 7009 §2.1)."""

from flask import Blueprint, Response, flash, redirect, request, session, url_for

from client_app.connections import end_connection
from client_app.defences import defences

bp = Blueprint("disconnect", __name__)


@bp.post("/disconnect")
def disconnect() -> Response:
    """Revoke and forget; we forget even where the authorization server is away."""
    defences.form_token_matches(request.form.get("csrf_token"))
    server_knows = end_connection(session.get("connection"))
    session.pop("connection", None)  # not before: where Redis is away, the same form finds it again
    if server_knows:
        flash("Disconnected. We gave our key back and forgot it.")
    else:
        flash("Disconnected here, but Bank ID could not be told. Remove Budget there too when it is back.")
    return redirect(url_for("home.home"), 303)  # type: ignore[return-value]
