"""The page that stands in for a redirect while it is held, and the response that it stands in for."""

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wire.message import Held

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

HELD = "/.wire/held/"


def collect(app: "WSGIApplication", environ: "WSGIEnvironment") -> tuple[str, list[tuple[str, str]], bytes]:
    """Return a whole answer: status, headers, body."""
    answer: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], _: object = None, /) -> Any:
        answer[:] = [status, headers]

    chunks = app(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return answer[0], answer[1], body


def page_of(entry: Held, classroom: str) -> bytes:
    """Say who holds what, and ask again by itself."""
    address = escape(f"{HELD}{entry.exchange}")
    link = escape(f"{classroom}/wire")
    host = escape(urlsplit(entry.target).netloc or "this site")
    return page(
        "Held in step mode",
        f'<meta http-equiv="refresh" content="0; url={address}">'
        f"<p>The classroom holds a redirect to <b>{host}</b>, two minutes at most. "
        f'See it, and let it go, on <a href="{link}" target="_blank" rel="noopener">the wire</a>.</p>',
    )


def page(title: str, content: str) -> bytes:
    """Return a page without style or script, so that no policy is needed for it."""
    return (
        f'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><h1>{title}</h1>{content}</html>"
    ).encode()
