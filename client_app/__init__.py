"""Budget, a confidential client: it guards a secret and its users' tokens on its server (RFC 6749 §2.1)."""

import time
from collections.abc import Callable

import requests
from flask import Flask

from client_app import callback, connect, disconnect, empty_the_account, errors, headers, home, leave, money, transfers
from client_app.config import Settings
from client_app.defences import Defences
from client_app.sessions import open_sessions
from client_app.store import Store
from wire.door import open_door
from wire.recorder import watch
from wire.session import http_session


def create_app(
    settings: Settings | None = None,
    defences: Defences | None = None,
    clock: Callable[[], float] = time.time,
    http: requests.Session | None = None,
) -> Flask:
    """Make a Budget; `clock` gives seconds since 1970, `http` is how it asks the other servers."""
    app = Flask(__name__)
    settings = settings or Settings()
    store = Store(settings)
    app.extensions |= {
        "settings": settings,
        "defences": defences or Defences(),
        "store": store,
        "clock": clock,
        "http": http or http_session("glassbox-budget"),
    }
    open_door(app, settings.origin, ready=store.ready)
    open_sessions(app, settings)
    errors.register(app)
    headers.register(app)
    money.register(app)

    app.register_blueprint(home.bp)  # GET  /
    app.register_blueprint(connect.bp)  # GET  /connect             the authorization request
    app.register_blueprint(callback.bp)  # GET  /callback            its answer, and the token request
    app.register_blueprint(transfers.bp)  # GET, POST /transfers
    app.register_blueprint(empty_the_account.bp)  # POST /empty-the-account   what a token does not allow
    app.register_blueprint(disconnect.bp)  # POST /disconnect          revocation
    app.register_blueprint(leave.bp)  # GET  /leave               help pages elsewhere
    watch(app, "budget", settings.origin, settings)
    return app
