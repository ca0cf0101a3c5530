"""The fault: this server forgets to which address it sent a code."""

from auth_server.defences import Defences
from auth_server.models import Code


class TheAddressIsForgotten(Defences):
    def redirect_uri_is_unchanged(self, code: Code, redirect_uri: str | None) -> None:
        """Take a code from whichever address of the client the caller names."""
