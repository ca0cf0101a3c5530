"""The fault: this server tells anybody what a token is worth."""

from auth_server.config import settings
from auth_server.defences import Defences


class AnybodyMayAsk(Defences):
    def caller_may_introspect(self) -> str:
        """Take every caller for the bank."""
        return settings.bank
