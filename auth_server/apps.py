"""Apps with access: what each may do, when it last did, and how to take it back (RFC 6749 §10.2)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auth_server.clock import now
from auth_server.defences import defences
from auth_server.errors import SignInNeeded, StaleForm
from auth_server.features import features
from auth_server.models import User
from auth_server.sign_in import AGAIN, signed_in_user
from auth_server.store import store

bp = Blueprint("apps", __name__)


def signed_in() -> User:
    user = signed_in_user()
    if user is None:
        raise SignInNeeded  # and then to the list: what was pressed is not pressed again
    return user


@bp.get("/")
def home() -> Response:
    """Lead to the page that a person wants here."""
    return redirect(url_for("apps.apps"), 303)


@bp.get("/apps")
def apps() -> Response | str:
    """List the apps that hold something of the user's."""
    user = signed_in_user()
    if user is None:
        return redirect(url_for("sign_in.login"), 303)
    return render_template("apps.html", user=user, apps=apps_with_access(user.sub))


def apps_with_access(sub: str) -> list[dict[str, Any]]:
    """Say of each client what its standing grants allow, and what it would get without asking again."""
    allowed = {client_id: scope for client_id, scope in store.consents_of(sub).items() if scope}
    # Consents and grants both: an app that is asked again each time still holds what it got.
    for grant in store.grants_of(sub):
        if now() < grant.expires_at:
            allowed[grant.client_id] = allowed.get(grant.client_id, set()) | set(grant.scope)
    store.read_ahead(*(store.client_key(client_id) for client_id in allowed))
    last_uses = store.last_uses(sub)
    return [entry(client_id, scope, last_uses.get(client_id)) for client_id, scope in sorted(allowed.items())]


def entry(client_id: str, scope: set[str], last_used_at: int | None) -> dict[str, Any]:
    """Return what the page says of one client; one whose registration has ended has no name any more."""
    client = store.find_client(client_id, now())
    return {
        "client_id": client_id,
        "name": client.client_name if client else client_id,
        "scopes": [features.scopes[name] for name in features.scopes if name in scope],
        "last_used": in_words(last_used_at),
    }


def in_words(moment: int | None) -> str:
    """Say when, in words; times of day are UTC."""
    if moment is None:
        return "never yet"
    return datetime.fromtimestamp(moment, UTC).strftime("%-d %B %Y, %H:%M UTC")


@bp.post("/apps/withdraw")
def withdraw() -> Response | tuple[str, int]:
    """Take back all that one client may do: its tokens end at once."""
    user = signed_in()
    try:
        defences.form_token_matches()
    except StaleForm:
        page = render_template("apps.html", user=user, apps=apps_with_access(user.sub), problem=f"{AGAIN} Look again.")
        return page, 403
    store.withdraw(user.sub, request.form.get("client_id", ""))
    return redirect(url_for("apps.apps"), 303)
