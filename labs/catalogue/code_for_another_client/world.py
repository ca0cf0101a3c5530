"""PKCE would stop this attack, too: here the server does not look at it. And Alice's train is in a tunnel."""

from auth_server.defences import Defences
from auth_server.models import Code
from labs.tunnel import callback_is_lost
from labs.worlds import LabWorld

OLD = (
    "Bank ID does not look at PKCE: with it, the code would be worthless without Budget's verifier.",
    "Budget's callback never loads in Alice's browser, so that the code in its URL stays unused.",
)


class ServerWithoutPkce(Defences):
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Look at no verifier."""


def furnish(world: LabWorld) -> None:
    """Lose the page that would have redeemed the code."""
    callback_is_lost(world)
