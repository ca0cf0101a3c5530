"""Balance sends its verifier in the open, and the café holds its visitors up."""

from flask import Response, request
from markupsafe import escape

from labs.worlds import World

OLD = (
    "Balance sends `code_challenge_method=plain`: its challenge is its verifier.",
    "The café shows a page of its own before Alice's browser comes back to Balance, so that the listener is first.",
)
HASHED = ("await defences.challengeOf(verifier)", '"S256"')
PLAIN = ("verifier", '"plain"')


def furnish(world: World) -> None:
    """Change two words in Balance's script, and put the café's page before its callback."""
    world.parties["balance"].after_request(unhashed)
    world.parties["balance"].before_request(hold_up)


def unhashed(response: Response) -> Response:
    if request.path == "/js/oauth.js" and response.status_code == 200:
        response.direct_passthrough = False
        text = response.get_data(as_text=True)
        for word, instead in zip(HASHED, PLAIN, strict=True):
            text = text.replace(f"{word},", f"{instead},")
        response.set_data(text)
    return response


def hold_up() -> str | None:
    """Show the café's page once; its link goes on to where Alice wanted to go."""
    if request.path != "/callback" or "code" not in request.args or "paid" in request.args:
        return None
    onward = escape(f"{request.full_path}&paid=later")
    return f'<!doctype html><title>Café</title><h1>Enjoy your coffee</h1><p><a href="{onward}">Go on to Balance</a></p>'
