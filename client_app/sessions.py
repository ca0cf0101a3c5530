"""Sessions live in Redis; the browser's cookie is only a number (RFC 10017 §6.1.3.2)."""

from typing import Any

from flask import Flask, Request, Response, request, session
from flask_session.redis import RedisSessionInterface
from redis.exceptions import RedisError

from client_app.config import Settings
from client_app.errors import StoreAway, store_is_away
from client_app.store import connect
from wire.taken_back import put_in_place_of

DAY = 24 * 3600  # seconds


class Sessions(RedisSessionInterface):  # type: ignore[misc]  # it has no types
    """Flask-Session's sessions in Redis, and an empty one to read from while Redis is away."""

    def open_session(self, app: Flask, request: Request) -> Any:
        """Return the session, or None (Flask then makes one that cannot be written to); a stylesheet needs none."""
        if request.path.startswith("/static/"):
            return None
        try:
            return super().open_session(app, request)
        except RedisError:
            return None

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Save the session; where that fails, the answer says so in place of what it was about to promise."""
        try:
            super().save_session(app, session, response)
        except RedisError as problem:
            if response.status_code < 500:
                put_in_place_of(response, app.make_response(store_is_away(problem)))


def open_sessions(app: Flask, settings: Settings) -> None:
    """Give the app sessions whose cookie holds no more than a random number."""
    client = connect(settings, decode_responses=False)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SESSION_TYPE="redis",
        SESSION_REDIS=client,
        SESSION_KEY_PREFIX=f"{settings.key_prefix}session:",
        SESSION_COOKIE_NAME="budget_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would lose the session on the authorization server's redirect
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=DAY,
    )
    app.session_interface = Sessions(app, client=client, key_prefix=app.config["SESSION_KEY_PREFIX"], permanent=False)

    @app.before_request
    def notebook_is_there() -> None:
        if app.session_interface.is_null_session(session) and needs_notes(request):
            raise StoreAway


def needs_notes(request: Request) -> bool:
    """Whether an answer depends on what Budget remembers; files and the probes do without."""
    return not request.path.startswith("/static/") and request.endpoint not in ("healthz", "readyz")
