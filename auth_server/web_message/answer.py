"""The page that hands over the authorization response (RFC 9700 §4.17)."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from auth_server.errors import ResponseTarget
from auth_server.web_message.defences import defences

bp = Blueprint(
    "web_message",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/web_message",
)


def web_message(target: ResponseTarget, parameters: dict[str, str]) -> Response:
    """Show a page that hands the answer to the page that opened this window (RFC 9700 §4.17)."""
    origin = defences.message_goes_to_the_registered_origin(target.redirect_uri)
    page = render_template("web_message.html", origin=origin, parameters=parameters)
    return Response(page, mimetype="text/html")
