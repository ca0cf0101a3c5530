"""The way out: links to help pages pass here, so that the host can say where they lead (RFC 9700 §4.11.1)."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from spa.defences import defences

bp = Blueprint("leave", __name__)


@bp.get("/leave")
def leave() -> Response:
    """Send the browser on to a help page, and nowhere else (RFC 9700 §4.11.1)."""
    to = request.args.get("to", "")
    defences.redirect_stays_on_this_site(to)
    return redirect(to, 302)
