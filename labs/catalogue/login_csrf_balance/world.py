"""PKCE would stop this attack, too: here the server does not look at it."""

from auth_server.defences import Defences
from auth_server.models import Code

OLD = ("Bank ID does not look at PKCE: with it, the code would be worthless in Alice's tab.",)


class ServerWithoutPkce(Defences):
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Look at no verifier."""
