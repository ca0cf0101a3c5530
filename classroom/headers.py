"""Who may ask, and the headers of every answer: the wire is shown to our own pages and to nobody else's."""

import socket

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from classroom.config import settings
from classroom.defences import defences
from wire.door import PROBES


def register(app: Flask) -> None:
    """Check every request before anything else looks at it."""
    name = app.extensions["settings"].labs_come_in_at
    app.extensions["for_the_labs"] = socket.gethostbyname(name) if name else ""
    app.before_request(plain_localhost_leads_here)
    app.before_request(only_our_own_pages_ask)
    app.after_request(protect)


def plain_localhost_leads_here() -> AnyResponse | None:
    """Send whoever typed `localhost` to our name; no other host is answered (RFC 6761 §6.3)."""
    own = settings.origin.removeprefix("http://")
    if request.host == own or request.host != f"localhost:{own.rpartition(':')[2]}" or request.path in PROBES:
        return None
    return redirect(settings.origin + request.full_path.removesuffix("?"), 308)


def only_our_own_pages_ask() -> None:
    """Refuse what a page of another origin sends."""
    defences.labs_read_their_worlds_only(request, current_app.extensions["for_the_labs"])
    defences.other_origins_are_refused(request, settings.origin)
    defences.other_sites_embed_nothing(request)
    defences.changes_come_from_our_pages(request, settings.origin)


def protect(response: Response) -> Response:
    """Let our pages run our own scripts only, and nobody else keep or embed what they show."""
    defences.pages_run_only_our_scripts(response)
    defences.only_the_labs_frame_one_page(request, response, settings.labs)
    defences.types_are_not_guessed(response)
    defences.nothing_is_kept(response)
    defences.windows_are_apart(response)
    return response
