"""The fault: this bank takes any genuine token, whomever it was issued for."""

from resource_server.defences import Defences
from resource_server.models import AccessToken


class AnyAudienceWillDo(Defences):
    # A bearer token is worth as much to whoever receives it as to whoever sends it: only `aud` tells them apart.
    def token_is_meant_for_us(self, access: AccessToken) -> None:
        """Ask for nobody's name but the customer's."""
