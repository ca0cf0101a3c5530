"""Signing in and out: the one place in the sandbox that asks for a password (RFC 6749 §3.1)."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from argon2.exceptions import InvalidHashError, VerificationError
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from auth_server.clock import now
from auth_server.defences import defences
from auth_server.models import User
from auth_server.redirect_uris import destination
from auth_server.seed import PASSWORDS
from auth_server.store import store

bp = Blueprint("sign_in", __name__)


def signed_in_user() -> User | None:
    """Return who is signed in with this browser, or None."""
    if now() >= session.get("expires_at", 0):
        return None
    return User(session["sub"], session["name"], "")


@bp.get("/login")
def login() -> str:
    """Show the sign-in page."""
    return sign_in_page()


def sign_in_page(problem: str = "", username: str = "") -> str:
    target = defences.next_stays_on_this_site(request.values.get("next"))
    told = {"passwords": PASSWORDS, "next": target, "problem": problem, "username": username}
    return render_template("login.html", **told, **caller(target))


def caller(target: str) -> dict[str, Any]:
    """Return the app whose request led here, and where it takes the person, if it has registered that address."""
    asked = dict(parse_qsl(urlsplit(target).query))
    client = store.find_client(asked["client_id"], now()) if "client_id" in asked else None
    known = client is not None and asked.get("redirect_uri") in client.redirect_uris
    return {"client": client, "destination": destination(asked["redirect_uri"]) if known else None}


@bp.post("/login")
def sign_in() -> Response | tuple[str, int]:
    """Check name and password, begin a session, and go on with the request that led here."""
    defences.form_token_matches()
    username, password = request.form.get("username", "").strip().casefold(), request.form.get("password", "")
    defences.sign_in_guesses_are_limited(username)  # counted before it is checked: guesses sent together all pass else
    user = store.find_user(username) if username else None
    if not password_matches(user, password):
        return sign_in_page("The user name or the password is wrong.", username), 401
    assert user is not None
    defences.sign_in_guesses_are_limited(username, was_right=True)
    defences.session_is_renewed_at_sign_in()
    lifetime = current_app.extensions["settings"].session_lifetime
    session.update(sub=user.sub, name=user.name, expires_at=now() + lifetime)
    return defences.redirect_turns_post_into_get(redirect(defences.next_stays_on_this_site(request.form.get("next"))))


def password_matches(user: User | None, password: str) -> bool:
    """Compare in the same time whether the user exists or not."""
    hasher, decoy = current_app.extensions["hasher"], current_app.extensions["decoy_hash"]
    try:
        return bool(hasher.verify(user.password_hash if user else decoy, password)) and user is not None
    except (VerificationError, InvalidHashError):
        return False


@bp.route("/logout", methods=["GET", "POST"])
def logout() -> Response | str:
    """Ask, then end the session; `next` leads back to the request, to go on as somebody else."""
    if request.method != "POST":
        return render_template("logout.html", user=signed_in_user())
    defences.form_token_matches()
    session.clear()
    target = defences.next_stays_on_this_site(request.form.get("next"))
    return redirect(url_for("sign_in.login", next=target if target != "/apps" else None), 303)
