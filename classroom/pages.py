"""The pages for people; what they show comes from the API (fixed names)."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from classroom.config import settings
from classroom.parameters import WORLD, matching
from classroom.parties import HOLDERS

bp = Blueprint("pages", __name__)


@bp.get("/")
def front_door() -> str:
    """Show the parties, two flows to try, and where to go next."""
    return page("front_door")


@bp.get("/wire")
def wire() -> str:
    """Show what crosses the wire, live; with `world`, that of a lab."""
    return page("wire", world=matching(WORLD, request.args.get("world", ""), "`world` is the name of a lab."))


@bp.get("/wire/present")
def present() -> str:
    """Show one message at a time, to a room."""
    return page("present")


@bp.get("/wire/compare")
def compare() -> str:
    """Show two flows side by side."""
    return page("compare")


@bp.get("/parties")
def parties() -> str:
    """Show who takes part, and how they are."""
    return page("parties")


@bp.get("/favicon.ico")
def icon() -> Response:
    """Browsers ask for it where a page names no other."""
    return redirect(url_for("static", filename="glassbox.svg"))


@bp.app_context_processor
def way_to_the_labs() -> dict[str, str]:
    return {"labs": settings.labs}


def page(name: str, **more: str) -> str:
    """Render a page; it knows who the parties are and where they live."""
    return render_template(f"{name}.html", page=name, parties=known_parties(), **more)


def known_parties() -> list[dict[str, str]]:
    return [
        {"id": name, "title": HOLDERS[name].title, "role": HOLDERS[name].role, "origin": origin}
        for name, origin in settings.parties.items()
    ]
