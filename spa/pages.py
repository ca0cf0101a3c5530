"""The files of Balance: one page, its scripts, and the public facts they need (RFC 6749 §2.1)."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, render_template, send_from_directory
from werkzeug.exceptions import HTTPException

from .config import settings

HERE = Path(__file__).parent
bp = Blueprint("pages", __name__)
PLAIN = {  # Flask's own errors in our words
    404: ("There is no such page", "The address leads to nothing at Balance. Perhaps a letter of it got lost."),
    405: ("That is not how this page is opened", "Balance's host hands out files, and takes nothing in."),
    500: ("Something broke at Balance's host", "The fault is ours. Try again in a moment."),
}


@bp.get("/")
@bp.get("/callback")
def page() -> Response:
    """Hand out the page; at `/callback` its script finds the answer in the address (RFC 6749 §3.1.2)."""
    return send_from_directory(HERE, "index.html")


@bp.get("/js/<path:name>")
def script(name: str) -> Response:
    """Hand out one module of the page."""
    return send_from_directory(HERE / "js", name, mimetype="text/javascript")


@bp.get("/balance.css")
def stylesheet() -> Response:
    """Hand out the page's looks."""
    return send_from_directory(HERE, "balance.css")


@bp.get("/icon.svg")
def icon() -> Response:
    """Hand out the scales."""
    return send_from_directory(HERE, "icon.svg")


@bp.get("/config.json")
def config() -> Response:
    """Tell the page who it is and whom to ask; a public client has nothing here to hide (RFC 6749 §2.1)."""
    return jsonify(
        issuer=settings.issuer,
        client_id=settings.client_id,
        redirect_uri=settings.redirect_uri,
        resource=settings.resource,
    )


def problem(error: HTTPException) -> HTTPException | tuple[str, int, dict[str, str]]:
    """Say in Balance's own dress what is not here; an answer that was made whole already stays as it is."""
    if error.code is None:
        return error
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    title, text = PLAIN.get(error.code, ("That did not work", error.description))
    return render_template("problem.html", title=title, text=text), error.code, allow


def page_is_there() -> None:
    """Raise where the page cannot be read."""
    (HERE / "index.html").read_bytes()
