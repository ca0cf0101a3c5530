"""Apps with access: what each may do, when it last did, and how to take it back (RFC 6749 §10.2)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .defences import defences
from .errors import SignInNeeded
from .models import User
from .scopes import SCOPES
from .sign_in import signed_in_user
from .store import store
from .token_issue import now

bp = Blueprint("apps", __name__)


def signed_in() -> User:
    user = signed_in_user()
    if user is None:
        raise SignInNeeded
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
    """Group the standing grants by client."""
    found: dict[str, dict[str, Any]] = {}
    for entry in store.grants_of(sub):
        grant = entry["grant"]
        if now() >= grant.expires_at:
            continue
        app = found.setdefault(grant.client_id, {"scope": set(), "last_used_at": 0, "client_id": grant.client_id})
        app["scope"] |= set(grant.scope)
        app["last_used_at"] = max(app["last_used_at"], int(entry["last_used_at"] or 0))
    for app in found.values():
        client = store.find_client(app["client_id"], now())
        app["name"] = client.client_name if client else app["client_id"]
        app["scopes"] = [SCOPES[name] for name in SCOPES if name in app["scope"]]
        app["last_used"] = told(app["last_used_at"])
    return list(found.values())


def told(moment: int) -> str:
    """Say when, in words; times of day are UTC."""
    if not moment:
        return "never yet"
    return datetime.fromtimestamp(moment, UTC).strftime("%-d %B %Y, %H:%M UTC")


@bp.post("/apps/withdraw")
def withdraw() -> Response:
    """Take back all that one client may do: its tokens end at once."""
    user = signed_in()
    defences.form_token_matches()
    store.withdraw(user.sub, request.form.get("client_id", ""))
    return redirect(url_for("apps.apps"), 303)
