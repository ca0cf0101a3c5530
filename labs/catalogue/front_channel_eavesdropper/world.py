"""Balance sends its verifier in the open."""

from labs.old_pages import add_script, rewritten
from labs.worlds import LabWorld

OLD = ("Balance sends `code_challenge_method=plain`: its challenge is its verifier.",)


def furnish(world: LabWorld) -> None:
    """Change two words of Balance's script."""
    changes = (("await defences.challengeOf(verifier)", "verifier"), ('"S256"', '"plain"'))
    add_script(world, "/js/oauth.js", rewritten("oauth.js", *changes))
