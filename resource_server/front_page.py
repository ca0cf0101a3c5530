"""The bank's URL opened as it is: who this is, what it serves, and that it wants a token (RFC 9728 §2)."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from flask import Blueprint, Response, jsonify, request

from resource_server.config import settings
from resource_server.models import SCOPES

bp = Blueprint("front_page", __name__)

SERVES = {
    "GET /accounts": "the accounts of the customer who gave the token",
    "GET /accounts/{account}/balance": "what is in one of them",
    "GET /accounts/{account}/transactions": "what came in and went out, page by page",
    "POST /transfers": "send money",
}
STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;"
    "padding:0 1rem}dt{font-family:ui-monospace,monospace}dd{margin:0 0 .5rem}"
)
# The one page of this server loads nothing and runs nothing: a token that a browser might send here is met by no
# script.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@bp.get("/")
def front_page() -> Response:
    """Tell a program in JSON and a person in a page; neither needs a token to learn that it needs one."""
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    response = Response(page(), mimetype="text/html") if best == "text/html" else facts()
    # Else a cache would give a program the page, or a person the JSON.
    response.vary.add("Accept")
    if best == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
    return response


def facts() -> Response:
    """Say what a program needs to begin; the rest is in the metadata."""
    return jsonify(
        name="Bank API",
        what="The bank's accounts, for programs that show an access token.",
        serves=SERVES,
        authorization="Send Authorization: Bearer and a token of the authorization server's.",
        scopes=list(SCOPES),
        metadata="/.well-known/oauth-protected-resource",
    )


def page() -> str:
    """Return the page of a server that has no pages."""
    served = "".join(f"<dt>{escape(what)}</dt><dd>{escape(why)}</dd>" for what, why in SERVES.items())
    issuer = escape(str(settings.issuer))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Bank API</title><style>{STYLE}</style></head><body><main><h1>Bank API</h1>"
        "<p>This is the bank, as programs see it: it keeps the accounts, and has no pages for people but this one. "
        "It answers whoever shows an access token, as far as the token reaches, and nobody else.</p>"
        f"<h2>What it serves</h2><dl>{served}</dl>"
        f'<p>Tokens come from <a href="{issuer}/">Bank ID</a>: an app asks there, and the customer decides. '
        'Programs find the way by <a href="/.well-known/oauth-protected-resource">the bank’s metadata</a>.</p>'
        "</main></body></html>"
    )
