"""The pages for people; what they show comes from the API (fixed names)."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from classroom.config import settings
from classroom.defences import FRAMED
from classroom.errors import Problem
from classroom.modules import modules
from classroom.parameters import WORLD, entry_id_in, entry_ids_in, matching, one_of
from classroom.parties import HOLDERS
from classroom.verdicts.attack import VICTIM
from classroom.verdicts.judge import VERDICTS

bp = Blueprint("pages", __name__)


@bp.get("/")
def front_door() -> str:
    """Show the parties, two flows to try, and where to go next."""
    return page("front_door")


@bp.get("/wire")
def wire() -> str:
    """Show what crosses the wire, live; with `world`, that of a lab."""
    return page("wire", world=world_asked())


@bp.get("/wire/present")
def present() -> str:
    """Show one message at a time, to a room."""
    return page("present", world=world_asked())


@bp.get("/wire/compare")
def compare() -> str:
    """Show two flows side by side."""
    return page("compare")


@bp.get(FRAMED)
def run() -> str:
    """Show one run of an attack in a lab's world, for the lab's page to frame; live, where no end is named."""
    parameters = request.args
    world = world_asked()
    # The secure parties' page may hold anybody's own secrets; it is framed by nobody, the labs' page included.
    if not world:
        raise Problem(400, "Say whose run: `world` is the name of a lab.")
    return page(
        "run",
        world=world,
        after=entry_id_in(parameters.get("after", ""), "after"),
        until=entry_id_in(parameters.get("until", ""), "until"),
        proof=",".join(entry_ids_in(parameters.get("proof", ""), "proof")),
        verdict=one_of(parameters.get("verdict", ""), VERDICTS, "verdict"),
        theme=one_of(parameters.get("theme", ""), ("light", "dark"), "theme"),
        person=VICTIM,
    )


@bp.get("/parties")
def parties() -> str:
    """Show who takes part, and how they are."""
    return page("parties")


@bp.get("/favicon.ico")
def icon() -> Response:
    """Browsers ask for it where a page names no other."""
    return redirect(url_for("static", filename="glassbox.svg"))


@bp.app_context_processor
def what_every_page_knows() -> dict[str, Any]:
    return {"labs": settings.labs, "modules": modules}


def world_asked() -> str:
    """Return the lab whose world is asked for; the secure parties' own has no name."""
    return matching(WORLD, request.args.get("world", ""), "`world` is the name of a lab.")


def page(name: str, **more: str) -> str:
    """Render a page; it knows who the parties are and where they live."""
    return render_template(f"{name}.html", page=name, parties=known_parties(), **more)


def known_parties() -> list[dict[str, str]]:
    return [
        {"id": name, "title": HOLDERS[name].title, "role": HOLDERS[name].role, "origin": origin}
        for name, origin in settings.parties.items()
    ]
