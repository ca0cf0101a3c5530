"""PKCE would stop this attack, too: here the server does not look at it. And a code's minute is a second."""

from auth_server.defences import Defences
from auth_server.models import Code

OLD = (
    "Bank ID does not look at PKCE: with it, an old code would be worthless without Piggy's verifier.",
    "A code lives for one second and not for a minute, so that nobody has to wait.",
)
SETTINGS = {"auth": {"code_lifetime": 1}}


class ServerWithoutPkce(Defences):
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Look at no verifier."""
