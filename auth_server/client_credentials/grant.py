"""The access token request of a client for itself (RFC 6749 §4.4.2)."""

from auth_server.client_credentials.defences import defences
from auth_server.errors import InvalidScope
from auth_server.models import Client, Tokens
from auth_server.parameters import optional
from auth_server.scopes import split
from auth_server.store import store
from auth_server.tokens import new_grant, new_tokens


def client_credentials(client: Client) -> Tokens:
    """Make an access token for the client itself; there is no refresh token (RFC 6749 §4.4.3)."""
    defences.public_client_has_no_secret(client)
    scope = split(optional("scope"))
    defences.scope_is_allowed(scope, client)
    if "offline_access" in scope:
        raise InvalidScope("offline_access is for people who are away; a client that acts for itself asks again")
    grant = new_grant(client, client.client_id, scope)
    tokens = new_tokens(grant, scope, defences.resource_was_granted(grant))
    store.begin_grant(grant)
    store.issue(tokens)
    return tokens
