"""`state` and PKCE would stop this attack, too: here Balance does not look at the one, nor Bank ID at the other."""

from auth_server.defences import Defences
from auth_server.models import Code
from labs.old_pages import add_script, rewritten
from labs.worlds import LabWorld

OLD = (
    "Balance does not look at `state`: the attacker cannot know it, and so his response would belong to no request.",
    "Bank ID does not look at PKCE: with it, the code would be worthless in Alice's tab.",
)
CHECKED = "defences.stateBelongsToThisTab("


class ServerWithoutPkce(Defences):
    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Look at no verifier."""


def furnish(world: LabWorld) -> None:
    """Let Balance take any answer while a question is open."""
    add_script(world, "/js/oauth.js", rewritten("oauth.js", (CHECKED, f"pendingRequests()[0] ?? {CHECKED}")))
