"""Transfers: a form in Budget, an order at the bank, where the token allows it (RFC 6749 §3.3)."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from client_app import bank, money
from client_app.connections import our_connection
from client_app.defences import defences
from client_app.errors import BadForm, BankRefused

bp = Blueprint("transfers", __name__)


@bp.get("/transfers")
def form() -> str:
    """Show the form."""
    connection = our_connection()
    return render_template("transfers.html", may_pay=connection.allows("transfers:write"), once=str(uuid.uuid4()))


@bp.post("/transfers")
def transfer() -> Response:
    """Order the transfer; whether the token is good for it the bank decides."""
    defences.form_token_matches(request.form.get("csrf_token"))
    connection = our_connection()
    amount = money.cents(request.form.get("amount", ""))
    to_account = request.form.get("to_account", "").strip()
    once = number_of_the_form()
    if amount is None or not to_account:
        raise BadForm("A transfer needs an account and an amount in euros, such as 12.50.")
    order = {
        "from_account": request.form.get("from_account") or bank.main_account(connection)["id"],
        "to_account": to_account,
        "amount": amount,
        "reference": request.form.get("reference", "").strip(),
    }
    response = bank.transfer(connection, order, once)
    if response.status_code != 201:
        raise BankRefused(response)
    flash(f"Sent {money.euros(amount)} to {to_account}.")
    return redirect(url_for("home.home"), 303)  # type: ignore[return-value]


def number_of_the_form() -> str:
    """Return the number by which the bank knows the same form again, and moves the money once."""
    once = request.form.get("once", "")
    if not (once.isascii() and once.isprintable()):  # it becomes a header
        raise BadForm("The form's number has characters that no form of ours has.")
    return once.strip()
