"""Balance's scripts in a world: while a script's defence is off, one file is another (it overrides one function)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH, SECURE = "/js/defences.js", "/js/defences.secure.js"


class Scripts:
    """Hands out `weakness.js` in the place of the page's defences, and those beside it."""

    def __init__(self, app: "WSGIApplication", world: Any) -> None:
        self.app, self.world = app, world

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        lab = self.world.lab
        # The page imports one file; the weak one exports the secure one's functions but for the one that it replaces.
        if environ["PATH_INFO"] == PATH and lab.in_script and not lab.bare and not self.world.on:
            headers = [
                ("Content-Type", "text/javascript; charset=utf-8"),
                ("Cache-Control", "no-store"),
            ]  # the switch may turn
            start_response("200 OK", headers)
            return [(lab.folder / "weakness.js").read_bytes()]
        if environ["PATH_INFO"] == SECURE:
            environ["PATH_INFO"] = PATH
        return self.app(environ, start_response)
