"""Balance: a public client that lives in the browser; this is the host of its files (RFC 10017 §6.3)."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import HTTPException

from wire.door import open_door
from wire.recorder import watch

from . import headers, leave, pages
from .config import Settings
from .defences import Defences

if TYPE_CHECKING:
    import requests


def create_app(
    settings: Settings | None = None,
    defences: Defences | None = None,
    clock: Callable[[], float] = time.time,
    http: "requests.Session | None" = None,
) -> Flask:
    """Return the host: it hands out files and headers, and never sees a token (RFC 6749 §2.1)."""
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None)
    app.extensions.update(settings=settings, defences=defences or Defences(), clock=clock, http=http)
    app.register_blueprint(pages.bp)  # the page, its scripts and what they need to know
    app.register_blueprint(leave.bp)  # the way out to the help pages
    app.register_error_handler(HTTPException, pages.problem)
    app.after_request(headers.protect)
    open_door(app, settings.origin, ready=pages.page_is_there)
    watch(app, "balance", settings.origin, settings)
    return app
