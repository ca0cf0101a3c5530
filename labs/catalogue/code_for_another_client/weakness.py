"""The fault: this server does not ask to whom a code was given."""

from auth_server.defences import Defences
from auth_server.models import Client, Code


class AnyClientMayRedeemIt(Defences):
    # Who authenticated is known at this point; that it is the one to whom the code was issued must be asked, too.
    def code_belongs_to_client(self, code: Code, client: Client) -> None:
        """Redeem a code for whoever brings it, as long as it is a client."""
