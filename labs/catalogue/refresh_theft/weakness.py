"""The fault: this server does not remember which refresh tokens were used."""

from auth_server.defences import Defences
from auth_server.models import Token, Tokens
from auth_server.store import store


class TheOldOneGoesOnWorking(Defences):
    # Two hold the same token, and both are served: nobody will ever notice.
    def refresh_token_is_used_once(self, token: Token, tokens: Tokens) -> None:
        """Store the new tokens, and do not note that the old one was spent on them."""
        store.issue(tokens)
