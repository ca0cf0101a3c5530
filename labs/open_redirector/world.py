"""Bank ID compares beginnings and knows `response_mode=fragment`; Budget's door stands open in both positions."""

from urllib.parse import parse_qsl, urlencode

from flask import Response, request

import auth_server.defences
import client_app.defences
from auth_server.models import Client
from labs.worlds import World

OLD = (
    "Bank ID takes any address that begins with a registered one.",
    "Bank ID offers `response_mode=fragment`.",
    "Budget's `/leave` forwards to any address: its code must get out to be seen to be useless.",
)
ANSWER = ("code", "state", "iss")


class OnlyTheBeginningIsCompared(auth_server.defences.Defences):
    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Take any address that begins with a registered one."""
        if redirect_uri and redirect_uri.startswith(client.redirect_uris):
            return redirect_uri
        return super().redirect_uri_is_registered(client, redirect_uri)


class BudgetForwardsAnywhere(client_app.defences.Defences):
    def redirect_stays_on_this_site(self, to: str) -> None:
        """Forward to anywhere."""


def furnish(world: World) -> None:
    """Let Bank ID answer in the fragment where it was asked to; the request is known again by its `state`."""
    asked: set[str] = set()

    def in_the_fragment(response: Response) -> Response:
        if request.args.get("response_mode") == "fragment":
            asked.add(request.args.get("state", ""))
        address, _, query = response.headers.get("Location", "").partition("?")
        pairs = parse_qsl(query)
        if dict(pairs).get("state") in asked and "code" in dict(pairs):
            kept = urlencode([pair for pair in pairs if pair[0] not in ANSWER])
            response.headers["Location"] = (
                f"{address}?{kept}#{urlencode([pair for pair in pairs if pair[0] in ANSWER])}"
            )
        return response

    world.parties["auth"].after_request(in_the_fragment)
