"""The authorization response: by redirect, or as a message to the window that opened this one (RFC 6749 §4.1.2)."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import flask
from flask import render_template
from werkzeug.datastructures import Headers
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from auth_server.defences import defences
from auth_server.errors import ResponseAddress
from auth_server.features import features

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def authorization_response(address: ResponseAddress, parameters: dict[str, str]) -> Response:
    """Answer the client the way it asked for, with `state` and `iss` among the parameters (RFC 9207 §2)."""
    state = {"state": address.state} if address.state is not None else {}
    complete = parameters | state | defences.response_names_the_issuer()
    return features.response_modes.get(address.mode, query)(address, complete)


class ToClient(flask.Response):
    """A redirect to a registered string, unchanged to the byte: the framework would write another URI in its place."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers with the `Location` that was set, which the framework is not shown."""
        location = self.headers.pop("Location")
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self.headers["Location"] = location
        return headers


def query(address: ResponseAddress, parameters: dict[str, str]) -> Response:
    """Send the browser to the redirect URI, whose own query is kept (RFC 6749 §3.1.2)."""
    joint = "&" if "?" in address.redirect_uri else "?"
    response = redirect(address.redirect_uri + joint + urlencode(parameters), Response=ToClient)
    return defences.redirect_turns_post_into_get(response)


def web_message(address: ResponseAddress, parameters: dict[str, str]) -> Response:
    """Show a page that hands the answer to the page that opened this window (RFC 9700 §4.17)."""
    origin = defences.message_goes_to_the_registered_origin(address.redirect_uri)
    return Response(render_template("web_message.html", origin=origin, parameters=parameters), mimetype="text/html")
