"""The fault: whoever answered is taken for the server that was asked."""

from client_app.defences import Defences
from client_app.models import Pending


class WhoeverAnsweredWasAsked(Defences):
    # The request was remembered as Wonder ID's, so Budget carries the code of Bank ID to Wonder ID.
    def issuer_is_the_one_we_asked(self, iss: str | None, pending: Pending) -> None:
        """Do not look who gave the code."""
