"""The fault: this server takes a verifier for a code that was bound to no challenge."""

from auth_server.defences import Defences
from auth_server.models import Code


class AnyVerifierFitsNoChallenge(Defences):
    # A client that brings a verifier has sent a challenge: where there is none, somebody took it out.
    def verifier_has_a_challenge(self, code: Code, verifier: str | None) -> None:
        """Do not wonder why there is a verifier."""
