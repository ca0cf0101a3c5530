"""The countermeasure that comes with the response mode."""

from typing import cast

from auth_server import defences as core
from auth_server.redirect_uris import origin
from wire.current import Current


class Defences(core.Defences):
    """The core's, and this one."""

    def message_goes_to_the_registered_origin(self, redirect_uri: str) -> str:
        """Stops whoever opened this window from reading what is for the client (RFC 9700 §4.17.2)."""
        return origin(redirect_uri) or ""  # a mode that needs an origin is offered where there is one


defences = cast("Defences", Current("defences"))
