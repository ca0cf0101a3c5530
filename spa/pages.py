"""The files of Balance: one page, its scripts, and the public facts they need (RFC 6749 §2.1)."""

from pathlib import Path

from flask import Blueprint, Response, jsonify, send_from_directory

from spa.config import settings

HERE = Path(__file__).parent
bp = Blueprint("pages", __name__)


@bp.get("/")
@bp.get("/callback")
def page() -> Response:
    """Hand out the page; at `/callback` its script finds the answer in the URL (RFC 6749 §3.1.2)."""
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


def page_is_there() -> None:
    """Raise where the page cannot be read."""
    (HERE / "index.html").read_bytes()
