"""Headers of every answer: nothing is stored, and only known pages may read it in a browser (RFC 6750 §5.3)."""

from flask import Flask, Response, request

from resource_server.config import settings

ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
READABLE = "WWW-Authenticate, Retry-After"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "600",  # seconds
}


def register(app: Flask) -> None:
    """Add the headers to every answer, refusals included: a page must be able to read why it was refused."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Let the listed origins in; never with cookies, since the token alone opens the door."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)  # the first page has styles, and a policy that lets in just them
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin not in settings.allowed_origins:
        return response
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = READABLE
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers.update(PREFLIGHT)
    return response
