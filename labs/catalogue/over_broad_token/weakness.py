"""The fault: this bank knows whose token it is, and does not ask what it is for."""

from resource_server.defences import Defences
from resource_server.models import AccessToken


class AnyTokenWillDo(Defences):
    def scope_covers_the_request(self, access: AccessToken, scope: str) -> None:
        """Let every token do everything."""
