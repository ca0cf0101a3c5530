"""The authorization response: by redirect, or as a message to the window that opened this one (RFC 6749 §4.1.2)."""

from urllib.parse import urlencode

from flask import redirect, render_template
from werkzeug.wrappers import Response

from auth_server.defences import defences
from auth_server.errors import ResponseAddress
from auth_server.features import features


def authorization_response(address: ResponseAddress, parameters: dict[str, str]) -> Response:
    """Answer the client the way it asked for, with `state` and `iss` among the parameters (RFC 9207 §2)."""
    told = (
        parameters
        | ({"state": address.state} if address.state is not None else {})
        | defences.response_names_the_issuer()
    )
    return features.response_modes.get(address.mode, query)(address, told)


def query(address: ResponseAddress, told: dict[str, str]) -> Response:
    """Send the browser to the redirect URI, whose own query is kept (RFC 6749 §3.1.2)."""
    joint = "&" if "?" in address.redirect_uri else "?"
    return defences.redirect_turns_post_into_get(redirect(address.redirect_uri + joint + urlencode(told)))


def web_message(address: ResponseAddress, told: dict[str, str]) -> Response:
    """Show a page that hands the answer to the page that opened this window (RFC 9700 §4.17)."""
    origin = defences.message_goes_to_the_registered_origin(address.redirect_uri)
    return Response(render_template("web_message.html", origin=origin, told=told), mimetype="text/html")
