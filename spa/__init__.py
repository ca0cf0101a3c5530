"""Balance: a public client that lives in the browser; this is the host of its files (RFC 10017 §6.3)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask

from spa import errors, headers, leave, pages
from spa.config import Settings
from spa.defences import Defences
from wire.door import open_door
from wire.recorder import watch

if TYPE_CHECKING:
    import requests


def create_app(
    settings: Settings | None = None,
    defences: Defences | None = None,
    clock: Callable[[], float] = time.time,
    http: "requests.Session | None" = None,
) -> Flask:
    """Make a host for Balance's files; it never sees a token, and sends no requests, so `http` is unused."""
    app = Flask(__name__, static_folder=None)
    settings = settings or Settings()
    app.extensions |= {
        "settings": settings,
        "defences": defences or Defences(),
        "clock": clock,
        "http": http,
    }
    open_door(app, settings.origin, ready=pages.page_is_there)
    errors.register(app)
    headers.register(app)

    app.register_blueprint(pages.bp)  # GET  /  /callback  /js/…  /config.json
    app.register_blueprint(leave.bp)  # GET  /leave               help pages elsewhere
    watch(app, "balance", settings.origin, settings)
    return app
