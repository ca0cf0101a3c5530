"""The classroom, which takes part in no flow: it reads the wire and shows what happened (RFC 6749 §1.2)."""

import time
from collections.abc import Callable

import requests
from flask import Flask

from classroom import api, compare, errors, events, exports, headers, pages, resend, step_mode, verdict
from classroom.config import Settings
from classroom.defences import Defences
from classroom.health import Health
from classroom.observer import Observer
from classroom.reader import Reader, connect
from classroom.step_mode import StepModeControl
from wire.door import ENDINGS, open_door
from wire.session import http_session


def create_app(
    settings: Settings | None = None,
    defences: Defences | None = None,
    clock: Callable[[], float] = time.time,
    http: requests.Session | None = None,
) -> Flask:
    """Return the classroom, already reading; Redis may come later."""
    app = Flask(__name__)
    settings = settings or Settings()
    http = http or http_session("glassbox-classroom")
    observer = Observer()
    control = StepModeControl(connect(settings, socket_timeout=2), observer, settings, clock)
    reader = Reader(settings, observer, tick=control.repeat)

    app.extensions.update(settings=settings, defences=defences or Defences(), clock=clock, http=http)
    app.extensions.update(observer=observer, step_mode=control, reader=reader, health=Health(http, settings.parties))
    app.extensions["labs_health"] = Health(http, {"labs": settings.labs})
    app.extensions["broadcast"] = broadcast = events.Broadcast(observer, control, settings)
    app.extensions[ENDINGS] = [broadcast.end]

    errors.register(app)
    headers.register(app)
    open_door(app, settings.origin, reader.ready)

    app.register_blueprint(pages.bp)  # GET  /  /wire  /wire/present  /wire/compare  /wire/run  /parties
    app.register_blueprint(api.bp)  # GET  /api/flows  /api/messages  /api/parties …
    app.register_blueprint(compare.bp)  # GET  /api/compare               two flows, step by step
    app.register_blueprint(events.bp)  # GET  /api/events                 live
    app.register_blueprint(exports.bp)  # GET  /api/flows/ID/export.har …   to take away
    app.register_blueprint(resend.bp)  # POST /api/send-again
    app.register_blueprint(step_mode.bp)  # GET, PUT, POST /api/brake     step mode
    app.register_blueprint(verdict.bp)  # GET  /api/verdict               of an attack in a lab
    reader.start()
    return app
