"""Refresh token: a new access token without the user (RFC 6749 §6)."""

from auth_server.defences import defences
from auth_server.errors import InvalidGrant
from auth_server.features import GrantType
from auth_server.models import Client, Tokens
from auth_server.parameters import optional, required
from auth_server.scopes import split
from auth_server.store import store
from auth_server.tokens import new_tokens


def refresh_token(client: Client) -> Tokens:
    """Redeem the refresh token of an access token request, which is used up by it (RFC 9700 §4.14.2)."""
    token = store.find_token(required("refresh_token"))
    if token is None or token.kind != "refresh_token":
        raise InvalidGrant("this server knows no such refresh token")
    defences.refresh_token_belongs_to_client(token, client)
    defences.refresh_token_has_not_expired(token)
    scope = split(optional("scope")) or token.scope
    defences.refreshed_scope_is_not_wider(scope, token)
    resource = defences.resource_was_granted(token.grant)
    tokens = new_tokens(token.grant, scope, resource)
    # Rotates in one step, and last: a request that is refused above must not use the client's token up.
    defences.refresh_token_is_used_once(token, tokens)
    return tokens


def keys() -> list[str]:
    """Return where the refresh token lies, and the mark that it was used."""
    token = optional("refresh_token")
    return [store.token_key(token), store.used_key(token)] if token else []


REFRESH_TOKEN = GrantType(refresh_token, ("refresh_token", "scope"), keys)
