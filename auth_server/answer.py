"""The authorization response: by redirect, or in whichever mode a standard adds (RFC 6749 §4.1.2)."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import flask
from werkzeug.datastructures import Headers
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from auth_server.defences import defences
from auth_server.errors import ResponseTarget
from auth_server.features import features

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def authorization_response(target: ResponseTarget, parameters: dict[str, str]) -> Response:
    """Answer the client the way it asked for, with `state` and `iss` among the parameters (RFC 6749 §4.1.2)."""
    return features.response_modes[target.mode].respond(target, complete(target, parameters))


def complete(target: ResponseTarget, parameters: dict[str, str]) -> dict[str, str]:
    """Return the parameters of the response with those that belong into every one (RFC 9207 §2)."""
    state = {"state": target.state} if target.state is not None else {}
    return parameters | state | defences.response_names_the_issuer()


class ToClient(flask.Response):
    """A redirect to a registered string, unchanged to the byte: the framework would write another URI in its place."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers with the `Location` that was set, which the framework is not shown."""
        location = self.headers.pop("Location")
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self.headers["Location"] = location
        return headers


def query(target: ResponseTarget, parameters: dict[str, str]) -> Response:
    """Send the browser to the redirect URI, whose own query is kept (RFC 6749 §3.1.2)."""
    response = redirect(with_query(target.redirect_uri, parameters), Response=ToClient)
    return defences.redirect_turns_post_into_get(response)


def with_query(redirect_uri: str, parameters: dict[str, str]) -> str:
    """Return the redirect URI as it was registered, and the parameters behind it."""
    return redirect_uri + ("&" if "?" in redirect_uri else "?") + urlencode(parameters)
