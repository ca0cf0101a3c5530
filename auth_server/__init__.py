"""Bank ID, the authorization server: it knows the passwords and hands out codes and tokens (RFC 6749 §1.1)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf.csrf import generate_csrf
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis

from auth_server import hardening, seed
from auth_server.config import Settings
from auth_server.defences import Defences
from auth_server.features import Features
from auth_server.passwords import Passwords
from auth_server.sessions import Sessions
from auth_server.standards import what_is_offered
from auth_server.store import Store
from wire.door import open_door
from wire.recorder import watch

if TYPE_CHECKING:
    import requests


def create_app(
    settings: Settings | None = None,
    defences: Defences | None = None,
    clock: Callable[[], float] = time.time,
    http: "requests.Session | None" = None,
    features: Features | None = None,
) -> Flask:
    """Make an authorization server; `clock` gives seconds since 1970. It sends no requests, so `http` is unused."""
    app = Flask(__name__)
    settings = settings or Settings()
    store = Store(settings)
    passwords = Passwords(settings)
    app.extensions |= {
        "settings": settings,
        "defences": defences or Defences(),
        "features": features or what_is_offered(),
        "store": store,
        "clock": clock,
        "passwords": passwords,
        "resource_servers": {settings.bank: ("bank", settings.bank_secret_sha256)},
        "secret_guesses": FixedWindowRateLimiter(MemoryStorage()),  # a client that fails costs no round trip
    }
    keep_sessions(app, settings)

    def ready() -> None:
        store.ready()
        seed.plant(store, settings, passwords)

    open_door(app, settings.issuer, ready)
    hardening.register(app)

    endpoints = app.extensions["features"].endpoints.values()
    for blueprint in dict.fromkeys((*app.extensions["features"].blueprints, *(each.blueprint for each in endpoints))):
        app.register_blueprint(blueprint)
    watch(app, "auth", settings.issuer, settings)
    return app


def keep_sessions(app: Flask, settings: Settings) -> None:
    """Keep sessions on this server: the cookie is a random name for them, and signing out ends them."""
    app.secret_key = settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="bankid_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=settings.session_lifetime),
        WTF_CSRF_TIME_LIMIT=None,
    )
    prefix = settings.key_prefix + "session:"
    app.session_interface = Sessions(app, client=redis_of(settings), key_prefix=prefix, permanent=False)
    app.jinja_env.globals["csrf_token"] = generate_csrf


def redis_of(settings: Settings) -> Redis:
    """Return a client for bytes, as sessions are kept."""
    return Redis.from_url(
        settings.redis_url,
        username=settings.redis_username,
        password=settings.redis_password,
        socket_timeout=2,
        socket_connect_timeout=1,
    )
