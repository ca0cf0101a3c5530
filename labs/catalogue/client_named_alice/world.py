"""The bank trusts the subject of a token, and does not ask whether it is a person."""

from resource_server.defences import Defences
from resource_server.models import AccessToken

OLD = ("The bank does not ask whether a token's subject is a person or a client.",)


class BankThatTrustsTheSubject(Defences):
    def token_has_a_resource_owner(self, access: AccessToken) -> None:
        """Take any subject for a customer."""
