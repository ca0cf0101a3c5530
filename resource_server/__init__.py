"""Bank API, the resource server: it keeps the accounts and asks Bank ID about every token (RFC 6749 §1.1)."""

import time
from collections.abc import Callable

import requests
from flask import Flask

from resource_server import accounts, balance, errors, front_page, headers, metadata, transactions, transfers
from resource_server.config import Settings
from resource_server.defences import Defences
from resource_server.store import Store, connect
from wire.door import open_door
from wire.recorder import watch
from wire.session import http_session


def create_app(
    settings: Settings | None = None,
    defences: Defences | None = None,
    clock: Callable[[], float] = time.time,
    http: requests.Session | None = None,
) -> Flask:
    """Put the bank together: what it knows, what it serves, and how it refuses."""
    app = Flask(__name__, static_folder=None)
    settings = settings or Settings()
    store = Store(connect(settings), settings.key_prefix, clock)

    app.extensions["settings"] = settings
    app.extensions["defences"] = defences or Defences()
    app.extensions["store"] = store
    app.extensions["clock"] = clock
    app.extensions["http"] = http or http_session("Bank API")

    headers.init_app(app)
    open_door(app, settings.resource, ready=store.ready)
    app.register_blueprint(front_page.bp)
    app.register_blueprint(metadata.bp)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(balance.bp)
    app.register_blueprint(transactions.bp)
    app.register_blueprint(transfers.bp)
    errors.init_app(app)
    watch(app, "bank", settings.resource, settings)
    return app
