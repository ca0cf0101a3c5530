"""Balance: how much one account holds, in cents (RFC 6749 §7)."""

from flask import Blueprint, Response, jsonify

from resource_server.access import authorized, own_account
from resource_server.clock import iso, now
from resource_server.store import store

bp = Blueprint("balance", __name__)


@bp.get("/accounts/<account_id>/balance")
def balance(account_id: str) -> Response:
    """Answer with the balance as of now (RFC 6749 §7)."""
    access = authorized("balance:read")
    account = own_account(account_id, access)
    return jsonify(
        account=account["id"],
        balance=store.balance(account["id"]),
        currency=account["currency"],
        as_of=iso(now()),
    )
