"""The front page: what Budget knows of your money, or how to let it look."""

import uuid

from flask import Blueprint, render_template, session

from client_app import bank, money
from client_app.connections import our_connection
from client_app.errors import BankRefused, NotConnected

bp = Blueprint("home", __name__)


@bp.get("/")
def home() -> str:
    """Show balance and spending where the user let us see them."""
    try:
        connection = our_connection()
    except NotConnected:
        lost = session.pop("connection", None) is not None
        return render_template("welcome.html", lost=lost)
    try:
        account = bank.main_account(connection)
        balance = bank.balance(connection, account["id"])
    except BankRefused as refusal:
        if refusal.status != 403:
            raise
        return render_template("blind.html", refusal=refusal)
    try:
        entries, may_read = bank.transactions(connection, account["id"]), True
    except BankRefused:  # the user may allow the one and not the other
        entries, may_read = [], False
    return render_template(
        "home.html",
        account=account,
        balance=balance,
        entries=entries[:8],
        slices=money.spending(entries),
        may_read=may_read,
        may_pay=connection.allows("transfers:write"),
        once=str(uuid.uuid4()),
    )
