"""The fault: this server does not rotate refresh tokens."""

from dataclasses import replace

from auth_server.defences import Defences
from auth_server.models import Grant, Issued, Token
from auth_server.tokens import issue_once, new_token


class TheOldOneGoesOnWorking(Defences):
    def refresh_token_is_used_once(self, token: Token, scope: tuple[str, ...], resource: tuple[str, ...]) -> Issued:
        """Issue an access token under a mark of its own, and no new refresh token: the client keeps the one it has."""
        issued = issue_once(new_token(), Grant.from_dict(token.grant), scope, resource)
        if issued is None:
            return super().refresh_token_is_used_once(token, scope, resource)
        return replace(issued, refresh_token=None)
