"""The authorization response: parameters added to the client's redirect URI (RFC 6749 §4.1.2)."""

from urllib.parse import urlencode

from .defences import defences
from .errors import ResponseAddress


def response_location(address: ResponseAddress, parameters: dict[str, str]) -> str:
    """Return the redirect URI with its own query kept, and `state` and `iss` among the parameters (RFC 9207 §2)."""
    told = (
        parameters
        | ({"state": address.state} if address.state is not None else {})
        | defences.response_names_the_issuer()
    )
    joint = "&" if "?" in address.redirect_uri else "?"
    return address.redirect_uri + joint + urlencode(told)
