"""Accessing a protected resource: what every request with a token goes through (RFC 6749 §7)."""

from flask import request

from resource_server.defences import defences
from resource_server.models import AccessToken, Account
from resource_server.store import store


def authorized(scope: str) -> AccessToken:
    """Return what the token allows, once it has passed every check for this scope (RFC 6750 §2)."""
    token = defences.token_is_in_the_header(request)
    access = defences.token_is_active(token)
    defences.token_is_meant_for_us(access)
    defences.token_has_a_resource_owner(access)
    defences.scope_covers_the_request(access, scope)
    return access


def own_account(account_id: str, access: AccessToken) -> Account:
    """Return the customer's account; somebody else's looks the same as none (RFC 9700 §2.3)."""
    account = store.account(account_id)
    defences.account_belongs_to_subject(account, access)
    return account
