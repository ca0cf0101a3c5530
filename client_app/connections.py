"""A person's connection to the bank: found by the session, kept fresh, given back."""

import secrets

from flask import current_app, session
from redis.exceptions import RedisError

from client_app.authorization_server import read_metadata, request_token, revoke
from client_app.errors import (
    AuthorizationRefused,
    ConnectionEnded,
    NotConnected,
    Problem,
    Refreshing,
    RefreshUnanswered,
    TokenResponseLost,
    Unfinished,
)
from client_app.lock import Lock, Taken
from client_app.models import Connection, Metadata, Pending, TokenResponse
from client_app.store import store

STATES_KEPT = 10  # of the requests that connected a session: as many tabs may go back


def now() -> float:
    """Return the time of the app's clock, in seconds."""
    return float(current_app.extensions["clock"]())


def our_connection() -> Connection:
    """Return the connection of this session."""
    connection = store.find_connection(session.get("connection"))
    if connection is None:
        raise NotConnected
    return connection


def begin_connection(pending: Pending, token: TokenResponse) -> None:
    """Keep the tokens here and put only the connection's number into the session."""
    connection = Connection(
        id=secrets.token_urlsafe(16),
        issuer=pending.issuer,
        access_token=token.access_token,
        refresh_token=token.refresh_token,
        scope=pending.scope if token.scope is None else token.scope,  # absent: as asked (RFC 6749 §5.1)
        expires_at=now() + token.expires_in,
    )
    store.save_connection(connection)
    session["connection"] = connection.id
    session["connected_by"] = [*session.get("connected_by", []), pending.state][-STATES_KEPT:]


def refreshed(stale: Connection) -> Connection:
    """Use the refresh token for a new access token, once even when two requests race (RFC 6749 §6)."""
    # A refresh token is good for one use. Used twice, as by two tabs at once, it looks stolen, and the authorization
    # server ends the whole connection (RFC 9700 §4.14.2).
    try:
        with store.only_one(stale.id) as lock:
            current = store.find_connection(stale.id)
            if current is None:
                raise NotConnected
            if current.access_token != stale.access_token:  # the other request was quicker
                return current
            return refresh(current, lock)
    except Taken:
        raise Refreshing from None


def refresh(connection: Connection, lock: Lock) -> Connection:
    """Send the refresh request and keep the answer; a dead refresh token ends the connection."""
    if connection.refresh_token is None:
        store.forget_connection(connection.id)
        raise ConnectionEnded("The bank's key ran out and we were not allowed to stay connected. Connect again.")
    metadata = read_metadata(connection.issuer)
    lock.make_sure()  # the last moment at which nothing is used up
    token = request_refresh(metadata, connection, connection.refresh_token)
    changes = {
        "access_token": token.access_token,
        "refresh_token": token.refresh_token or connection.refresh_token,  # it may have been rotated
        "scope": connection.scope if token.scope is None else token.scope,
        "expires_at": now() + token.expires_in,
    }
    fresh = connection.model_copy(update=changes)
    keep(metadata, fresh)
    return fresh


def request_refresh(metadata: Metadata, connection: Connection, refresh_token: str) -> TokenResponse:
    """Return the answer to a refresh request; where the token is no good any more, forget the connection."""
    try:
        return request_token(metadata, grant_type="refresh_token", refresh_token=refresh_token)
    except TokenResponseLost as problem:
        raise RefreshUnanswered(None, **problem.raw) from problem
    except AuthorizationRefused as problem:
        if problem.raw.get("error") != "invalid_grant":
            raise
        store.forget_connection(connection.id)
        raise ConnectionEnded(None, **problem.raw) from problem


def keep(metadata: Metadata, fresh: Connection) -> None:
    """Keep new tokens; those that find no place are given back, as nobody could do it later."""
    try:
        if store.save_connection(fresh, known=True):
            return
    except RedisError as problem:
        give_back(metadata, fresh)
        raise Unfinished from problem
    give_back(metadata, fresh)
    raise NotConnected  # it was ended while we asked, and the server told of the refresh token of before


def end_connection(connection_id: str | None) -> bool:
    """Forget a connection and give its refresh token back; False where the server could not be told."""
    connection = store.find_connection(connection_id)
    if connection is None:
        return True
    # This does not wait for a refresh that is under way, which finds out when it wants to keep its tokens. Forgotten
    # first: where the server is away, at least we do not use the token any more; where Redis is, the server is told.
    try:
        store.forget_connection(connection.id)
    finally:
        is_given_back = give_back(connection.issuer, connection)
    return is_given_back


def give_back(server: Metadata | str, tokens: Connection | TokenResponse) -> bool:
    """Revoke a refresh token, and with it all that its grant bought; False where the server does not answer."""
    try:
        metadata = read_metadata(server) if isinstance(server, str) else server
        revoke(metadata, tokens.refresh_token or tokens.access_token)
    except Problem:
        return False
    return True
