"""The labs: worlds in which one defence can be taken away, and the pages that lead through them."""

from typing import TYPE_CHECKING

from flask import Flask

from labs import api, attacker, cafe, pages, phone
from labs.config import Settings
from labs.hosts import Hosts, let_rest
from labs.running import Runner
from labs.syllabus import Lab, all_labs
from labs.worlds import Worlds
from wire.door import open_door

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def create_app(settings: Settings | None = None, labs: dict[str, Lab] | None = None) -> "WSGIApplication":
    """Return one server for the labs' own pages and every world; worlds are made when somebody asks for them."""
    app = Flask(__name__)
    settings = settings or Settings()
    apps = {"attacker": attacker.create_app(), "piggy": phone.create_app("piggy"), "torch": phone.create_app("torch")}
    for stranger in apps.values():
        let_rest(stranger)
    strangers: dict[str, WSGIApplication] = {**apps}
    worlds = Worlds(settings, labs if labs is not None else all_labs(), strangers)
    app.extensions.update(settings=settings, worlds=worlds, runner=Runner(settings), cafe=cafe.open_for(worlds))

    open_door(app, settings.origin, ready=worlds.ready)
    pages.register(app)  # GET  /  /labs/NAME
    app.register_blueprint(api.bp)  # /api/labs …
    return Hosts(worlds, app, settings.origin)
