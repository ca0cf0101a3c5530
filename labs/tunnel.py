"""The train is in a tunnel: a page does not come, and the code in its URL stays unused."""

from pathlib import Path

from flask import Response, request

from labs.people import ATTACKER
from labs.worlds import LabWorld

HERE = Path(__file__).parent
PAGE, DRESS = HERE / "templates" / "pages" / "tunnel.html", HERE / "static" / "tunnel.css"


def callback_is_lost(world: LabWorld, party: str = "budget") -> None:
    """Let an app's callback answer nobody but the attacker's browser; a script holds the URL back instead."""

    def lost() -> Response | None:
        if request.path == "/tunnel.css":
            return Response(DRESS.read_text(encoding="utf-8"), mimetype="text/css")
        # The attacker's browser gets through: it brings the unused code to this callback later.
        if request.path != "/callback" or request.headers.get("User-Agent") == ATTACKER:
            return None
        return Response(PAGE.read_text(encoding="utf-8"), 503)

    # first of all: the app must not redeem the code before it is lost
    world.parties[party].before_request_funcs.setdefault(None, []).insert(0, lost)
