"""The fault: this server hands out tokens by redirect, to any client that asks for that."""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import redirect
from werkzeug.wrappers import Response

from auth_server.authorization_request import AuthorizationRequest
from auth_server.defences import Defences
from auth_server.models import Approval, Client
from auth_server.store import store
from auth_server.tokens import new_grant, new_tokens


class TokensTravelInAddresses(Defences):
    # A client that never asks for tokens is no safer: a link in its name does it.
    def response_type_is_code(self, response_type: str | None, client: Client, offered: Iterable[str]) -> None:
        """Take `token`, too, from every client."""
        if response_type != "token":
            super().response_type_is_code(response_type, client, offered)


def token_in_the_address(request: AuthorizationRequest, approval: Approval) -> Response:
    """Send the token itself to the client's redirect URI, behind a `#` (RFC 6749 §4.2.2)."""
    grant = new_grant(request.client, approval.user.sub, approval.scope)
    tokens = new_tokens(grant, grant.scope, grant.resource)
    store.begin_grant(grant)
    store.issue(tokens)
    lifetime = tokens.access.expires_at - tokens.access.issued_at
    parameters = {"access_token": tokens.access_token, "token_type": "Bearer", "expires_in": lifetime}
    state = {"state": request.target.state} if request.target.state else {}
    # Behind `#` it does not travel to the server of the redirect URI, and stays in the browser all the same.
    return redirect(f"{request.redirect_uri}#{urlencode({**parameters, 'scope': ' '.join(grant.scope), **state})}", 303)


FEATURES = {"response_types": {"token": token_in_the_address}}
