"""Bank ID, the authorization server: it knows the passwords and hands out codes and tokens (RFC 6749 §1.1)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from auth_server import hardening, seed
from auth_server.config import Settings
from auth_server.defences import Defences
from auth_server.features import Features
from auth_server.passwords import Passwords
from auth_server.sessions import open_sessions
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
    features = features or what_is_offered()
    store = Store(settings)
    passwords = Passwords(settings)
    app.extensions |= {
        "settings": settings,
        "defences": defences or features.defences_class()(),
        "features": features,
        "store": store,
        "clock": clock,
        "passwords": passwords,
        "resource_servers": {settings.bank: ("bank", settings.bank_secret_sha256)},
        "secret_guesses": FixedWindowRateLimiter(MemoryStorage()),  # a client that fails costs no round trip
    }

    def ready() -> None:
        store.ready()
        seed.plant(store, settings, passwords)

    open_door(app, settings.issuer, ready)
    open_sessions(app, settings)
    # Before the blueprints: what goes wrong in any of them is answered as the standard says.
    hardening.register(app)

    served = (*features.blueprints, *(endpoint.blueprint for endpoint in features.endpoints.values()))
    for blueprint in dict.fromkeys(served):
        app.register_blueprint(blueprint)
    watch(app, "auth", settings.issuer, settings)
    return app
