"""A party's front door: its own host only, bodies of a bounded size, and whether it lives and can work."""

from collections.abc import Callable
from io import BytesIO
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from markupsafe import escape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST_BODY = 64 * 1024  # bytes
LARGEST_TARGET = 8000  # characters, which RFC 9110 §4.1 asks every server to take
LARGEST_HEADERS, MOST_HEADERS = 64 * 1024, 100  # characters of all headers
PROBES = ("/healthz", "/readyz")
ENDINGS = "endings"  # an extension: what an app does when its server ends, so that answers without an end come to one
WRONG_ADDRESS = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>Wrong address</title><main><h1>Wrong address</h1>'
    '<p>Nobody lives under this name. What you look for is at <a href="{link}">{link}</a>.</p></main></html>'
)


def open_door(app: Flask, origin: str, ready: Callable[[], object]) -> None:
    """Answer under `origin` only; `ready` raises where the party cannot do its work."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    own_host = host_of(origin)
    app.ensure_sync = as_it_is  # type: ignore[assignment]  # none of ours is async, and each call asks
    app.url_map.merge_slashes = False  # a slash too many is another URL, and no redirect that repeats a POST

    @app.before_request
    def heads_are_of_a_bounded_size() -> None:
        """Refuse what is too long, and a path that others would read as a host (RFC 9110 §15.5.15, RFC 6585 §5)."""
        environ = request.environ
        if len(target_of(environ)) > LARGEST_TARGET:
            abort(414)
        fields = [name + value for name, value in environ.items() if name.startswith("HTTP_")]
        if len(fields) > MOST_HEADERS or sum(map(len, fields)) > LARGEST_HEADERS:
            abort(431)
        if environ["PATH_INFO"].startswith("//"):  # the router would take `//token` for `/token`
            abort(404)

    @app.before_request
    def only_under_our_own_host() -> Response | None:
        if is_asked_for(own_host, request.environ) or (request.path in PROBES and has_no_name(request.host)):
            return None
        return Response(WRONG_ADDRESS.format(link=escape(origin + "/")), 421)

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


def as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def host_of(origin: str) -> str:
    """Return an origin's host and port, in the small letters in which browsers send them (RFC 3986 §3.2.2)."""
    return urlsplit(origin).netloc.lower()


def target_of(environ: "WSGIEnvironment") -> str:
    """Return the request target as it came; other servers than ours know it by other names, or not at all."""
    return str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ.get("PATH_INFO", "/"))


def is_asked_for(host: str, environ: "WSGIEnvironment") -> bool:
    """Whether a request is addressed to a host."""
    return bool(environ.get("HTTP_HOST", "").lower() == host)


def has_no_name(host: str) -> bool:
    """Whether a probe asks by an IP address of this machine; one that comes by a name must know the right one."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ip_address(name))
    except ValueError:
        return False


def wrong_address(origin: str, start_response: "StartResponse") -> list[bytes]:
    """Answer for what no app sees as the door does: 421, with the right address."""
    start_response("421 Misdirected Request", [("Content-Type", "text/html; charset=utf-8")])
    return [WRONG_ADDRESS.format(link=escape(origin + "/")).encode()]
