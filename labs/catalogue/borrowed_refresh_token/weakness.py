"""The fault: this server renews a token for any client that holds it."""

from auth_server.defences import Defences
from auth_server.models import Client, Token


class AnyClientMayRenewIt(Defences):
    # Then the secret of Budget protects its refresh tokens no more: anybody's secret opens them.
    def refresh_token_belongs_to_client(self, token: Token, client: Client) -> None:
        """Renew a token for whoever brings it, as long as it is a client."""
