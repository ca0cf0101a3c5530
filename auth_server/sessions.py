"""Sessions live in Redis; the browser's cookie is only a random name for one (RFC 10017 §6.1.3.2)."""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, g, request
from flask_session.redis import RedisSessionInterface
from flask_wtf.csrf import generate_csrf
from redis.exceptions import RedisError

from auth_server.config import Settings
from auth_server.hardening import is_for_programs, store_is_away
from auth_server.store import store
from wire.quick_redis import quick_redis
from wire.taken_back import put_in_place_of


class Sessions(RedisSessionInterface):  # type: ignore[misc]  # it has no types
    """Flask-Session's sessions in Redis; a stylesheet needs none, so pages look as ever while Redis is away."""

    def open_session(self, app: Flask, request: Request) -> Any:
        """Return the session, or None where none is needed: programs have none either."""
        if request.path.startswith("/static/") or is_for_programs(request.path):
            return None
        try:
            return super().open_session(app, request)
        except RedisError as problem:
            g.no_session = problem  # it is answered where errors are answered, which is not here
            return None

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Save the session; where that fails, the answer says so in place of what it was about to promise."""
        try:
            super().save_session(app, session, response)
        except RedisError as problem:
            put_in_place_of(response, store_is_away(problem))

    def _retrieve_session_data(self, store_id: str) -> Any:
        """Fetch a session; for an authorization request, in the same round trip, the client and the user's consent."""
        g.session_in_redis = store_id
        client_id = request.args.get("client_id")
        if request.path != "/authorize" or not client_id:
            return super()._retrieve_session_data(store_id)
        keys = (store_id, store.client_key(client_id))
        session, sub, client, consent = self.client.fcall(
            "auth_open_session", len(keys), *keys, store.key("consent", ""), client_id
        )
        store.fetched[keys[1]] = client.decode() or None
        if sub:
            store.fetched[store.consent_key(sub.decode(), client_id)] = consent.decode() or None
        return self.serializer.decode(session) if session else None

    def _upsert_session(self, session_lifetime: Any, session: Any, store_id: str) -> None:
        """Write a session; one that was read is only written where it still is: signing out has ended it else."""
        # A request that began before a sign-out may end after it: it must not bring the session back to life.
        lifetime, was_read = int(session_lifetime.total_seconds()), g.get("session_in_redis") == store_id
        self.client.set(store_id, self.serializer.encode(session), ex=lifetime, xx=was_read)


def open_sessions(app: Flask, settings: Settings) -> None:
    """Keep sessions on this server: the cookie is a random name for them, and signing out ends them."""
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="bankid_session",
        SESSION_COOKIE_HTTPONLY=True,
        # `Strict` would leave the user signed out on the way from a client to /authorize; `None` would let any site's
        # form act.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=settings.session_lifetime),
        WTF_CSRF_TIME_LIMIT=None,
    )
    client = quick_redis(  # for bytes, as sessions are kept
        settings.redis_url,
        username=settings.redis_username,
        password=settings.redis_password,
        socket_timeout=2,
        socket_connect_timeout=1,
    )
    app.session_interface = Sessions(app, client=client, key_prefix=f"{settings.key_prefix}session:", permanent=False)
    app.jinja_env.globals["csrf_token"] = generate_csrf

    @app.before_request
    def session_is_open() -> None:
        if "no_session" in g:
            raise g.no_session
