"""Both apps have a page that forwards to anywhere, which two of the matching rules need to leak."""

from urllib.parse import urlencode

from flask import Response, request

import client_app.defences
import spa.defences
from labs.worlds import LabWorld

OLD = ("`/leave` at Balance and at Budget forwards to any URL, and takes its own parameters along.",)


class BudgetForwardsAnywhere(client_app.defences.Defences):
    def redirect_stays_on_this_site(self, to: str) -> None:
        """Forward to anywhere."""


class BalanceForwardsAnywhere(spa.defences.Defences):
    def redirect_stays_on_this_site(self, to: str) -> None:
        """Forward to anywhere."""


def furnish(world: LabWorld) -> None:
    """Let `/leave` take its own query along, as pages did that counted visitors."""
    for party in ("budget", "balance"):
        world.parties[party].after_request(with_its_query)


def with_its_query(response: Response) -> Response:
    if request.path == "/leave" and "Location" in response.headers:
        rest = {name: value for name, value in request.args.items() if name != "to"}
        response.headers["Location"] += f"?{urlencode(rest)}" if rest else ""
    return response
