"""The fault: the bank asks about a token once, and remembers the answer."""

from flask import current_app

from resource_server.defences import Defences
from resource_server.models import AccessToken


class TheFirstAnswerIsRemembered(Defences):
    def token_is_active(self, token: str) -> AccessToken:
        """Ask about a token that is new, and believe what was said of one that is not."""
        remembered: dict[str, AccessToken] = current_app.extensions.setdefault("remembered", {})
        # It saves a request each time, and for as long as it remembers, Alice's withdrawal does not reach the bank.
        if token not in remembered:
            remembered[token] = super().token_is_active(token)
        return remembered[token]
