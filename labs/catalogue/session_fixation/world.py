"""Budget takes a session's number from a URL, as sites did for browsers without cookies."""

from flask import request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from labs.worlds import LabWorld

OLD = ("Budget takes a session's number from the URL, `/?session=…`, as sites once did for browsers without cookies.",)


def furnish(world: LabWorld) -> None:
    """Make a cookie of the number in the URL."""
    budget = world.parties["budget"]

    def take_it() -> Response | None:
        number = request.args.get("session")
        if not number or request.path != "/":
            return None
        answer = redirect("/", 303)
        answer.set_cookie(budget.config["SESSION_COOKIE_NAME"], number, httponly=True, samesite="Lax")
        return answer

    budget.before_request_funcs.setdefault(None, []).insert(0, take_it)
