"""A party's front door: its own host only, bodies of a bounded size, and whether it lives and can work."""

from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from markupsafe import escape

LARGEST_BODY = 64 * 1024  # bytes
PROBES = ("/healthz", "/readyz")
WRONG_ADDRESS = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>Wrong address</title><main><h1>Wrong address</h1>'
    '<p>Nobody lives under this name. What you look for is at <a href="{link}">{link}</a>.</p></main></html>'
)


def open_door(app: Flask, origin: str, ready: Callable[[], object]) -> None:
    """Answer under `origin` only; `ready` raises where the party cannot do its work."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # a slash too many is another address, and no redirect that repeats a POST
    own_host = urlsplit(origin).netloc

    @app.before_request
    def only_under_our_own_host() -> Response | None:
        if request.path in PROBES or request.host == own_host:
            return None
        link = escape(origin + "/")
        return Response(WRONG_ADDRESS.format(link=link), 421)

    @app.before_request
    def body_of_unknown_length_is_bounded_too() -> None:
        if not request.environ.get("wsgi.input_terminated") or request.content_length is not None:
            return
        try:
            body = request.environ["wsgi.input"].read(LARGEST_BODY + 1)
        except OSError:  # so every server says that what came are no chunks
            abort(400)
        if len(body) > LARGEST_BODY:  # the framework would cut it in silence, and act on what is left
            abort(413)
        request.environ["wsgi.input"] = BytesIO(body)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            ready()
        except Exception as problem:  # whatever it is, this party cannot work yet
            return jsonify(status="not ready", reason=type(problem).__name__), 503
        return jsonify(status="ready"), 200
