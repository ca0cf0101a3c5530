"""The train is in a tunnel: a page does not come, and the code in its address stays unused."""

from flask import Response, request

from labs.people import ATTACKER
from labs.worlds import World


def callback_is_lost(world: World, party: str = "budget") -> None:
    """Let an app's callback answer nobody but the attacker's browser; a script holds the address back instead."""

    def lost() -> Response | None:
        if request.path != "/callback" or request.headers.get("User-Agent") == ATTACKER:
            return None
        return Response("The train is in a tunnel: the app did not get this.\n", 503, mimetype="text/plain")

    world.parties[party].before_request_funcs.setdefault(None, []).insert(0, lost)
