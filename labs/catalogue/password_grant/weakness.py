"""The fault: this server gives a token for a password, for any client and any scope (RFC 6749 §4.3)."""

from auth_server.defences import Defences
from auth_server.errors import InvalidGrant
from auth_server.features import GrantType
from auth_server.models import Client, Tokens
from auth_server.parameters import optional, required
from auth_server.passwords import passwords
from auth_server.scopes import split
from auth_server.store import store
from auth_server.tokens import new_grant, new_tokens


class ThePasswordIsAGrant(Defences):
    def grant_type_is_offered(self, grant_type: str, client: Client) -> None:
        """Let any client send somebody's password."""
        if grant_type != "password":
            super().grant_type_is_offered(grant_type, client)


def password(client: Client) -> Tokens:
    """Issue a token for a password; the person whose it is sees nothing (RFC 6749 §4.3.2)."""
    user = store.find_user(required("username"))
    # The server sees a right password, and cannot see who typed it, or where.
    if user is None or not passwords.match(user, required("password")):
        raise InvalidGrant("the user name or the password is wrong")
    scope = split(optional("scope"))
    grant = new_grant(client, user.sub, scope)
    tokens = new_tokens(grant, scope, grant.resource)
    store.begin_grant(grant)
    store.issue(tokens)
    return tokens


FEATURES = {"grant_types": {"password": GrantType(password, ("username", "password", "scope"))}}
