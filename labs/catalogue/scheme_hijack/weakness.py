"""The fault: this server has a challenge on file and does not ask for the verifier."""

from auth_server.defences import Defences
from auth_server.models import Code


class NobodyAsksForTheVerifier(Defences):
    # PKCE was made for this case: the app that asked can prove it, and one that only heard the answer cannot.
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Redeem the code for whoever brings it."""
