"""The fault: this server has a challenge on file and does not ask for the verifier."""

from auth_server.defences import Defences
from auth_server.models import Code


class NobodyAsksForTheVerifier(Defences):
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Redeem the code for whoever brings it."""
