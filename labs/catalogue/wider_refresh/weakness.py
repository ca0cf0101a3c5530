"""The fault: this server takes a wish for a right when a token is renewed."""

from auth_server.defences import Defences
from auth_server.models import Token


class AskAndYouShallHave(Defences):
    # A scope here may narrow a token, and nothing else: RFC 6749 §6.
    def refreshed_scope_is_not_wider(self, scope: tuple[str, ...], token: Token) -> None:
        """Renew a token with whatever scope the client asks for."""
