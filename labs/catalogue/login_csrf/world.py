"""PKCE would stop this attack, too: here the server does not look at it."""

from auth_server.defences import Defences
from auth_server.models import Code

OLD = ("Bank ID does not look at PKCE: with it, the code would be worthless in Alice's session.",)


class ServerWithoutPkce(Defences):
    # Alice's session would send the verifier of its own request, which does not fit the challenge of Mallory's.
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Look at no verifier."""
