"""What the core is told of the response mode."""

from auth_server.features import Features, ResponseMode
from auth_server.redirect_uris import origin
from auth_server.web_message.answer import bp, web_message
from auth_server.web_message.defences import Defences


def add_to(features: Features) -> None:
    """Add the response mode, and its page; an app that claimed a scheme has no origin, so no message reaches it."""
    features.response_modes["web_message"] = ResponseMode(web_message, reaches=lambda uri: origin(uri) is not None)
    features.blueprints.append(bp)
    features.defences.append(Defences)
