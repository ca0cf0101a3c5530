"""Budget turns nosy: it tries to send all the money away with the token it has (RFC 6750 §3.1)."""

from flask import Blueprint, render_template, request

from client_app import bank
from client_app.config import settings
from client_app.connections import our_connection
from client_app.defences import defences
from client_app.transfers import number_of_the_form

bp = Blueprint("empty_the_account", __name__)


@bp.post("/empty-the-account")
def empty_the_account() -> tuple[str, int]:
    """Really order the transfer of everything, and show what the bank really answers."""
    defences.form_token_matches(request.form.get("csrf_token"))
    connection = our_connection()
    account = bank.main_account(connection)
    rivals = settings.rival_accounts
    order = {
        "from_account": account["id"],
        "to_account": next(rival for rival in rivals if rival != account["id"]),
        "amount": bank.balance(connection, account["id"])["balance"],
        "reference": "Everything",
    }
    answer = bank.transfer(connection, order, number_of_the_form())
    return render_template("emptied.html", order=order, answer=answer, scope=connection.scope), 200
