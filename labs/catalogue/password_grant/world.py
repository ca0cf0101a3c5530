"""Budget asks for the Bank ID password on a page of its own, and keeps it."""

from typing import Any

from flask import current_app, render_template_string, request

from client_app import bank
from client_app.authorization_server import read_metadata, request_token, revoke
from client_app.models import Connection
from labs.worlds import LabWorld

OLD = ("Budget has a page that asks for the Bank ID password, and no switch of Bank ID's can close it.",)
PAGE = """{% extends "base.html" %}
{% block title %}Connect · Budget{% endblock %}
{% block main %}
  <h1 class="big">{{ words }}</h1>
  {% if not sum %}
  <form method="post" action="/password" class="fields card">
    <label for="username">Your name at Bank ID</label>
    <input id="username" name="username" required autocomplete="off">
    <label for="password">Your password at Bank ID</label>
    <input id="password" name="password" type="password" required autocomplete="off">
    <button type="submit">Show me my balance</button>
  </form>
  {% else %}<p class="sum">{{ sum | euros }}</p>{% endif %}
{% endblock %}
{% block foot %}<p>We only look at your balance.</p>{% endblock %}"""


def furnish(world: LabWorld) -> None:
    """Put up the page, and what Budget does at night."""
    budget = world.parties["budget"]
    budget.extensions["passwords"] = {}
    budget.add_url_rule("/password", "password", form)
    budget.add_url_rule("/password", "take_password", take, methods=["POST"])
    budget.add_url_rule("/night", "night", night, methods=["POST"])


def form() -> str:
    return render_template_string(PAGE, words="Save a click: sign in with your Bank ID password.")


def take() -> str:
    """Keep the password, and do with it what Alice was told, to the letter: look, then give the token back."""
    kept: dict[str, str] = current_app.extensions["passwords"]
    # It could forget it at once, as it says. Alice has no means to see that it does not.
    kept[request.form["username"]] = request.form["password"]
    connection = connection_for(request.form["username"], "balance:read")
    sum_there = bank.balance(connection, bank.main_account(connection)["id"])["balance"]
    revoke(read_metadata(connection.issuer), connection.access_token)
    return render_template_string(PAGE, words="You have", sum=sum_there)


def night() -> tuple[dict[str, Any], int]:
    """Ask for more with each password that was kept, and send a hundred euros away."""
    answers = {}
    for username in current_app.extensions["passwords"]:
        connection = connection_for(username, "balance:read transfers:write")
        source = bank.main_account(connection)["id"]
        order = {"from_account": source, "to_account": "mallory-current", "amount": 10_000, "reference": "Good night"}
        answers[username] = bank.transfer(connection, order).json()
    return answers, 200


def connection_for(username: str, scope: str) -> Connection:
    """Request a token with a kept password (RFC 6749 §4.3.2)."""
    issuer, password = current_app.extensions["settings"].issuer, current_app.extensions["passwords"][username]
    form = {"grant_type": "password", "username": username, "password": password, "scope": scope}
    token = request_token(read_metadata(issuer), **form)
    fields: dict[str, Any] = {"id": username, "issuer": issuer, "scope": scope, "expires_at": 2**40}
    return Connection(access_token=token.access_token, refresh_token=None, **fields)
