"""The headers under which the browser runs Balance (RFC 10017 §5.1.3)."""

from flask import Flask, Response

from spa.config import settings
from spa.defences import defences


def register(app: Flask) -> None:
    """Put the headers on every response."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Let the page run its own scripts only, and talk to its two partners only (RFC 10017 §5.1.3)."""
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'self'",
            f"connect-src 'self' {settings.issuer} {settings.resource}",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"  # the callback's URL holds a code
    defences.referrer_is_withheld(response)
    defences.callback_refuses_framing(response)
    return response
