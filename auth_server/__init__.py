"""Bank ID, the authorization server: it knows the passwords and hands out codes and tokens (RFC 6749 §1.1)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from flask import Flask
from flask_wtf.csrf import generate_csrf
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis

from auth_server import (
    apps,
    authorize,
    consent,
    hardening,
    introspect,
    metadata,
    register,
    revoke,
    seed,
    sign_in,
    token,
)
from auth_server.answer import query, web_message
from auth_server.authorization_code import authorization_code, code_response
from auth_server.client_authentication import client_secret_basic, client_secret_post, none
from auth_server.client_credentials import client_credentials
from auth_server.config import Settings
from auth_server.defences import Defences
from auth_server.features import Features
from auth_server.pkce import s256
from auth_server.refresh_token import refresh_token
from auth_server.sessions import Sessions
from auth_server.store import Store
from wire.door import open_door
from wire.recorder import watch

if TYPE_CHECKING:
    import requests


def what_is_offered() -> Features:
    """Return what the secure server offers; whoever makes a server may add rows."""
    return Features(
        grant_types={
            "authorization_code": authorization_code,
            "refresh_token": refresh_token,
            "client_credentials": client_credentials,
        },
        response_types={"code": code_response},
        response_modes={"query": query, "web_message": web_message},
        code_challenge_methods={"S256": s256},
        client_authentication={
            "client_secret_basic": client_secret_basic,
            "client_secret_post": client_secret_post,
            "none": none,
        },
    )


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
    hasher = PasswordHasher(time_cost=settings.argon2_rounds, memory_cost=settings.argon2_memory, parallelism=1)
    app.extensions |= {
        "settings": settings,
        "defences": defences or Defences(),
        "features": features or what_is_offered(),
        "store": store,
        "clock": clock,
        "hasher": hasher,
        "decoy_hash": hasher.hash("nobody's password"),
        "resource_servers": {settings.bank: ("bank", settings.bank_secret_sha256)},
        "secrets_limiter": FixedWindowRateLimiter(MemoryStorage()),  # a client that fails costs no round trip
    }
    keep_sessions(app, settings)

    def ready() -> None:
        store.ready()
        seed.plant(store, settings, hasher)

    open_door(app, settings.issuer, ready)
    for module in (authorize, sign_in, consent, apps, token, revoke, introspect, metadata, register):
        app.register_blueprint(module.bp)
    hardening.harden(app)
    watch(app, "auth", settings.issuer, settings)
    return app


def keep_sessions(app: Flask, settings: Settings) -> None:
    """Keep sessions on this server: the cookie is a random name for them, and signing out ends them."""
    app.secret_key = settings.secret_key or "only for forms of a server without settings"
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
