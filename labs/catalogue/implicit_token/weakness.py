"""The fault: this server hands out tokens by redirect, to any client that asks for that."""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import current_app, redirect
from werkzeug.wrappers import Response

from auth_server.authorization_request import AuthorizationRequest
from auth_server.defences import Defences
from auth_server.models import Client, Grant, User
from auth_server.store import store
from auth_server.tokens import issue_once, new_token, now


class TokensTravelInAddresses(Defences):
    def response_type_is_code(self, response_type: str | None, client: Client, offered: Iterable[str]) -> None:
        """Take `token`, too, from every client."""
        if response_type != "token":
            super().response_type_is_code(response_type, client, offered)


def token_in_the_address(asked: AuthorizationRequest, user: User, scope: tuple[str, ...]) -> Response:
    """Send the token itself to the client's redirect URI, behind a `#` (RFC 6749 §4.2.2)."""
    settings = current_app.extensions["settings"]
    ends = now() + settings.access_token_lifetime
    grant = Grant(new_token(), asked.client.client_id, user.sub, scope, (settings.bank,), now(), ends)
    store.begin_grant(grant, None, now())
    issued = issue_once(new_token(), grant, scope, grant.resource)
    assert issued
    told = {"access_token": issued.access_token, "token_type": "Bearer", "expires_in": issued.expires_in}
    state = {"state": asked.address.state} if asked.address.state else {}
    return redirect(f"{asked.redirect_uri}#{urlencode({**told, 'scope': ' '.join(scope), **state})}", 303)


FEATURES = {"response_types": {"token": token_in_the_address}}
