"""Links to help pages elsewhere."""

from flask import Blueprint, Response, redirect, request

from client_app.defences import defences

bp = Blueprint("leave", __name__)


@bp.get("/leave")
def leave() -> Response:
    """Lead to a help page, and nowhere else."""
    to = request.args.get("to", "")
    defences.redirect_stays_on_this_site(to)
    return redirect(to, 303)  # type: ignore[return-value]
