"""Budget knows two authorization servers, and the second one is the attacker's."""

from typing import Any

import requests

from client_app.config import SCOPE
from client_app.connect import begin
from labs.worlds import LabWorld
from wire.session import LocalhostAdapter

OLD = (
    "Budget works with a second authorization server, Wonder ID, under the same redirect URI, and has a secret of its "
    "own for it.",
)
SECRET = "between Budget and Wonder ID"


class WayToWonder(LocalhostAdapter):
    """The way from Budget to Wonder ID, where Bank ID's secret is not told (RFC 6749 §2.3)."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Where Budget shows a secret, show the one for this server."""
        if "Authorization" in request.headers:
            request.prepare_auth(("budget", SECRET))
        return super().send(request, **options)


def furnish(world: LabWorld) -> None:
    """Give Budget a page that asks the other server, and a secret for it."""
    budget, second = world.parties["budget"], world.here.wonder
    budget.extensions["http"].mount(f"{second}/", WayToWonder(timeout=(1.0, 5.0)))
    budget.add_url_rule("/connect-with-wonder", "wonder", lambda: begin(second, SCOPE))
