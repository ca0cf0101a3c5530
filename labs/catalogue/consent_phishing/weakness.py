"""The fault: whoever registers may call itself anything, and have everything."""

from auth_server.defences import Defences
from auth_server.models import Client


class AnyNameAndAnyScope(Defences):
    # Alice reads a name that she trusts; no check of the protocol can know that it is not true.
    def new_client_gets_modest_scopes(self, client: Client) -> Client:
        """Take the client as it describes itself."""
        return client
