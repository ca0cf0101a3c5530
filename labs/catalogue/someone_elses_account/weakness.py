"""The fault: this bank asks whether the token is good, not whose account it is about."""

from resource_server.defences import Defences
from resource_server.models import AccessToken, Account


class AnyCustomerSeesAnyAccount(Defences):
    # Issuer, audience, time and scope are all in order: no check of the protocol looks at the path.
    def account_belongs_to_subject(self, account: Account, access: AccessToken) -> None:
        """Show every account to every customer who may look at accounts."""
