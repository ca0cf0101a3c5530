"""The fault: this server tells anybody what a token is worth."""

from auth_server.config import settings
from auth_server.defences import Defences


class AnybodyMayAsk(Defences):
    # The answer names person, scope and lifetime: a thief learns which of his finds is worth using, and for what.
    def caller_may_introspect(self) -> str:
        """Take every caller for the bank."""
        return settings.bank
