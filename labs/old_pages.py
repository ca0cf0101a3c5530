"""Pages of an older Balance: something is put into its page, and the policy under which browsers run it is widened."""

from collections.abc import Callable
from pathlib import Path

from flask import Response, request

import spa
from labs.worlds import LabWorld

OWN = "'self'"
PAGES = ("/", "/callback")


def change_page(world: LabWorld, change: Callable[[str], str], **policy: str) -> None:
    """Change the HTML of Balance's page; `policy` adds sources by directive, with `_` for its `-`."""

    def changed(response: Response) -> Response:
        if request.path in PAGES and response.status_code == 200:
            response.direct_passthrough = False
            response.set_data(change(response.get_data(as_text=True)))
            sources = response.content_security_policy
            for name, source in policy.items():
                directive = name.replace("_", "-")
                sources[directive] = f"{sources.get(directive, OWN)} {source}"
        return response

    # first in the list, and so the last to run: after the page has its own headers
    world.parties["balance"].after_request_funcs.setdefault(None, []).insert(0, changed)


def add_script(world: LabWorld, path: str, text: str) -> None:
    """Serve a module of the older page."""

    def script() -> Response:
        return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-store"})

    world.parties["balance"].add_url_rule(path, endpoint=path.replace(".", " "), view_func=script)


def rewritten(module: str, *changes: tuple[str, str]) -> str:
    """Return one of the page's own modules with other words in the place of some, which must be there."""
    text = (Path(spa.__file__).parent / "js" / module).read_text(encoding="utf-8")
    for now, then in changes:
        assert now in text, f"{module} has no {now!r}"
        text = text.replace(now, then, 1)
    return text
