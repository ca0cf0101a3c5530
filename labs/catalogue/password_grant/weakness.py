"""The fault: this server trades a password for a token, for any client and any scope (RFC 6749 §4.3)."""

from flask import Response, current_app

from auth_server.defences import Defences
from auth_server.errors import InvalidGrant
from auth_server.models import Client, Grant
from auth_server.parameters import optional, required
from auth_server.scopes import split
from auth_server.sign_in import password_matches
from auth_server.store import store
from auth_server.tokens import issue_once, new_token, now, token_response


class ThePasswordIsAGrant(Defences):
    def grant_type_is_offered(self, grant_type: str, client: Client) -> None:
        """Let any client send somebody's password."""
        if grant_type != "password":
            super().grant_type_is_offered(grant_type, client)


def password(client: Client) -> Response:
    """Trade a password for a token; the person whose it is sees nothing (RFC 6749 §4.3.2)."""
    user = store.find_user(required("username"))
    if user is None or not password_matches(user, required("password")):
        raise InvalidGrant("the user name or the password is wrong")
    scope, settings = split(optional("scope")), current_app.extensions["settings"]
    until = now() + settings.access_token_lifetime
    grant = Grant(new_token(), client.client_id, user.sub, scope, (settings.bank,), now(), until)
    store.begin_grant(grant, None, now())
    issued = issue_once(grant.grant_id, grant, scope, grant.resource)
    assert issued
    return token_response(issued)


FEATURES = {"grant_types": {"password": password}}
