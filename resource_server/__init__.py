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
    """Make a bank; `clock` gives seconds since 1970, `http` is how it asks the authorization server."""
    app = Flask(__name__, static_folder=None)
    settings = settings or Settings()
    store = Store(connect(settings), settings.key_prefix)
    app.extensions |= {
        "settings": settings,
        "defences": defences or Defences(),
        "store": store,
        "clock": clock,
        "http": http or http_session("Bank API"),
    }
    open_door(app, settings.resource, ready=store.ready)
    errors.register(app)
    headers.register(app)

    app.register_blueprint(front_page.bp)  # GET  /                         who this is
    app.register_blueprint(metadata.bp)  # GET  /.well-known/oauth-protected-resource
    app.register_blueprint(accounts.bp)  # GET  /accounts                   balance:read
    app.register_blueprint(balance.bp)  # GET  /accounts/ID/balance        balance:read
    app.register_blueprint(transactions.bp)  # GET  /accounts/ID/transactions   transactions:read
    app.register_blueprint(transfers.bp)  # POST /transfers                  transfers:write
    watch(app, "bank", settings.resource, settings)
    return app
