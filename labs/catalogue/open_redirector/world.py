"""Bank ID compares beginnings and knows `response_mode=fragment`; Budget's door stands open in both positions."""

from urllib.parse import urlencode

from flask import redirect
from werkzeug.wrappers import Response

import auth_server.defences
import client_app.defences
from auth_server.errors import ResponseTarget
from auth_server.features import ResponseMode
from auth_server.models import Client

OLD = (
    "Bank ID takes any redirect URI that begins with a registered one.",
    "Bank ID offers `response_mode=fragment`.",
    "Budget's `/leave` forwards to any URL: its code must get out to be seen to be useless.",
)


class OnlyTheBeginningIsCompared(auth_server.defences.Defences):
    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Take any redirect URI that begins with a registered one."""
        # What follows the registered part is the attacker's to write: a path, a query, `..`.
        if redirect_uri and redirect_uri.startswith(client.redirect_uris):
            return redirect_uri
        return super().redirect_uri_is_registered(client, redirect_uri)


class BudgetForwardsAnywhere(client_app.defences.Defences):
    def redirect_stays_on_this_site(self, to: str) -> None:
        """Forward to anywhere."""


def fragment(target: ResponseTarget, parameters: dict[str, str]) -> Response:
    """Answer behind a `#`, as servers do that also offer tokens by redirect."""
    return redirect(f"{target.redirect_uri}#{urlencode(parameters)}", 303)


FEATURES = {"response_modes": {"fragment": ResponseMode(fragment)}}
