"""The fault: this server forgets to which redirect URI it sent a code."""

from auth_server.defences import Defences
from auth_server.models import Code


class TheAddressIsForgotten(Defences):
    # Client, secret, challenge and code are all right: where the code has been is the one thing that is not.
    def redirect_uri_is_unchanged(self, code: Code, redirect_uri: str | None) -> None:
        """Take a code from whichever redirect URI of the client the caller names."""
