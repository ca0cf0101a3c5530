"""The fault: this server remembers a yes for an app that cannot prove who it is."""

from auth_server.defences import Defences
from auth_server.models import Client


class OnceAllowedAlwaysAllowed(Defences):
    # A consent remembered for `piggy` is one for everybody who says that name: an app has no secret to prove it.
    def public_client_asks_again(self, client: Client) -> bool:
        """Ask nobody twice."""
        return False
