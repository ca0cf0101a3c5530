"""An edited request put in the place of the one that came, for the party and for the record."""

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from wire.message import Headers, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

REQUEST = "glassbox.request"  # where the recorder leaves what it took down
WRITTEN = "glassbox.written"  # whether that stands on the wire already


def apply(edited: dict[str, Any], environ: "WSGIEnvironment", request: Request) -> None:
    """Put an edited request in the place of the one that came, for the party and for the record."""
    if "body" in edited:  # otherwise it stays as it came: the record may hold only its beginning
        body = str(edited["body"]).encode()
        request = replace(request, body=body, length=len(body))
        environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)}
    headers = [(str(name), str(value)) for name, value in edited.get("headers", request.headers)]
    new = replace(
        request,
        method=str(edited.get("method", request.method)).upper(),
        target=str(edited.get("target", request.target)),
        headers=with_its_length(headers, environ.get("CONTENT_LENGTH", "")),
    )
    if "headers" in edited:  # otherwise they stay as they came, too
        new = replace(new, headers_left_out=0)
        put_headers(new.headers, environ)
    # Taken apart as a server does it, not as a URI: `//x/token` has no host, and is not what is served at `/token`.
    path, _, query = new.target.partition("?")
    environ |= {
        "REQUEST_METHOD": new.method,
        "RAW_URI": new.target,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
    }
    environ[REQUEST] = new


def put_headers(headers: Headers, environ: "WSGIEnvironment") -> None:
    """Put these headers in the place of those that came, whatever the case of their names (RFC 9110 §5.1)."""
    for name in [name for name in environ if name.startswith("HTTP_")]:
        del environ[name]
    environ |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers}
    environ["CONTENT_TYPE"] = environ.get("HTTP_CONTENT_TYPE", "")


def with_its_length(headers: list[tuple[str, str]], length: str) -> Headers:
    """Return headers that tell the length which the body has, whatever the editor wrote there (RFC 9110 §8.6)."""
    others = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return tuple(others + ([("Content-Length", length)] if length else []))
