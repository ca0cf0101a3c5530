"""The fault: this server has a challenge on file and redeems the code without looking at it."""

from auth_server.defences import Defences
from auth_server.models import Code


class CodesAreNotTiedToASession(Defences):
    # Budget sends the verifier of Mallory's flow with the code of Alice's: only this comparison could tell.
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Take any verifier for any code."""
