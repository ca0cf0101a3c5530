"""What a defence that returns something returns when it is taken away: a weaker value of the same shape."""

import itertools
from collections.abc import Callable
from typing import Any

from flask import request

from auth_server.clock import now
from auth_server.models import Client
from auth_server.store import store
from client_app.models import Pending
from resource_server.introspection import introspect
from resource_server.models import AccessToken

COUNTER = itertools.count(1)


def anybody(_: Any) -> Client:
    """Believe the name that the client gives."""
    authorization = request.authorization
    name = authorization.username if authorization else request.form["client_id"]
    client = store.find_client(str(name), now())
    assert client
    return client


def made_up(_: Any, client_id: str | None) -> Client:
    """Know everybody."""
    found = store.find_client(client_id or "", now())
    return found or Client(str(client_id), "nobody", ("http://budget.localhost:9002/callback",), ("balance:read",))


def as_307(_: Any, response: Any) -> Any:
    """Let the browser send the form again."""
    response.status_code = 307
    return response


def from_anywhere(_: Any, asked: Any) -> str:
    """Take a token wherever it stands, and prefer the header."""
    return str(asked.headers.get("Authorization", "").partition(" ")[2] or asked.values.get("access_token", ""))


def whatever_is_said(_: Any, token: str) -> AccessToken:
    """Ask about the token, and believe it without reading `active` or `exp`."""
    return AccessToken.from_introspection(introspect(token))


def any_of_ours(_: Any, ours: dict[str, Pending], state: str | None, __: float) -> Pending:
    """Take the answer for the last request that this browser made."""
    return ours.get(state or "") or list(ours.values())[-1]


WEAKER: dict[str, Callable[..., Any]] = {
    "auth_server.client_is_known": made_up,
    "auth_server.redirect_uri_is_registered": lambda _, client, uri: uri or client.redirect_uris[0],
    "auth_server.public_client_asks_again": lambda *_: False,
    "auth_server.response_names_the_issuer": lambda _: {},
    "auth_server.redirect_turns_post_into_get": as_307,
    "auth_server.message_goes_to_the_registered_origin": lambda *_: "*",
    "auth_server.client_address_is_not_forged": lambda _: request.headers.get("X-Forwarded-For", "unknown"),
    "auth_server.next_stays_on_this_site": lambda _, target: target or "/apps",
    "auth_server.client_is_authenticated": anybody,
    "auth_server.new_code": lambda _: f"code-{next(COUNTER)}",
    "auth_server.code_is_used_once": lambda _, code, tokens: store.issue(tokens),
    "auth_server.refresh_token_is_used_once": lambda _, token, tokens: store.issue(tokens),
    "auth_server.resource_was_granted": lambda _, grant: tuple(request.form.getlist("resource")) or grant.resource,
    "auth_server.caller_may_introspect": lambda _: "http://bank.localhost:9001",
    "auth_server.token_is_for_the_caller": lambda *_: True,
    "auth_server.new_client_gets_modest_scopes": lambda _, client: client,
    "auth_server.client_id_is_chosen_by_us": lambda _, metadata: metadata.get("client_id", "made-up"),
    "resource_server.token_is_in_the_header": from_anywhere,
    "resource_server.token_is_active": whatever_is_said,
    "client_app.new_state": lambda _: "the-same-for-all",
    "client_app.new_verifier": lambda _: "the-same-for-all-and-forty-three-characters",
    "client_app.state_belongs_to_this_session": any_of_ours,
}
