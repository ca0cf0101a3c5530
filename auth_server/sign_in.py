"""Signing in and out: the one place in the sandbox that asks for a password (RFC 6749 §3.1)."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from auth_server.clock import now
from auth_server.config import settings
from auth_server.defences import defences
from auth_server.errors import PageError, StaleForm
from auth_server.models import User
from auth_server.passwords import passwords
from auth_server.redirect_uris import destination
from auth_server.seed import PASSWORDS
from auth_server.store import store

bp = Blueprint("sign_in", __name__)
AGAIN = "Nothing was done: the page that you sent was not from your current session."


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
    form = {"passwords": PASSWORDS, "next": target, "problem": problem, "username": username}
    return render_template("login.html", **form, **caller(target))


def caller(target: str) -> dict[str, Any]:
    """Return the app whose request led here, and where it takes the person, if the request may be answered there."""
    parameters = dict(parse_qsl(urlsplit(target).query))
    client = None
    try:
        client = defences.client_is_known(parameters.get("client_id"))
        redirect_uri = defences.redirect_uri_is_registered(client, parameters.get("redirect_uri"))
    except PageError:  # said after the sign-in, or never: here it is a page to sign in
        return {"client": client, "destination": None}
    return {"client": client, "destination": destination(redirect_uri)}


@bp.post("/login")
def sign_in() -> Response | tuple[str, int]:
    """Check name and password, begin a session, and go on with the request that led here."""
    try:
        defences.form_token_matches()
    except StaleForm:
        return stale_sign_in()
    username, password = request.form.get("username", "").strip().casefold(), request.form.get("password", "")
    defences.sign_in_guesses_are_limited(username)  # counted before it is checked: guesses sent together all pass else
    user = store.find_user(username) if username else None
    if not passwords.match(user, password):
        # Not 401, which names a scheme to try by HTTP: a form is none (RFC 9110 §11.6.1).
        return sign_in_page("The user name or the password is wrong.", username), 403
    assert user is not None
    defences.sign_in_guesses_are_limited(username, was_right=True)
    defences.session_is_renewed_at_sign_in()  # somebody may have planted the old one, and wait for it
    session.update(sub=user.sub, name=user.name, expires_at=now() + settings.session_lifetime)
    return defences.redirect_turns_post_into_get(redirect(defences.next_stays_on_this_site(request.form.get("next"))))


def stale_sign_in() -> Response | tuple[str, int]:
    """Go on where another tab has signed in already, else ask again; the password of a stale form is not looked at."""
    if signed_in_user():
        return redirect(defences.next_stays_on_this_site(request.form.get("next")), 303)
    return sign_in_page(f"{AGAIN} Please sign in again.", request.form.get("username", "")), 403


@bp.route("/logout", methods=["GET", "POST"])
def logout() -> Response | str | tuple[str, int]:
    """Ask, then end the session; `next` leads back to the request, to go on as somebody else."""
    target, user = defences.next_stays_on_this_site(request.values.get("next")), signed_in_user()
    if request.method != "POST":
        return render_template("logout.html", user=user, next=target)
    try:
        defences.form_token_matches()
    except StaleForm:
        if user:  # where nobody is signed in, the form has got what it wants
            return render_template("logout.html", user=user, next=target, problem=f"{AGAIN} Do you want to?"), 403
    session.clear()
    return redirect(url_for("sign_in.login", next=target if target != "/apps" else None), 303)
