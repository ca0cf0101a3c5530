"""Accounts: a customer's list of them (RFC 6749 §7)."""

from flask import Blueprint, Response, jsonify

from resource_server.access import authorized
from resource_server.store import store

bp = Blueprint("accounts", __name__)


@bp.get("/accounts")
def accounts() -> Response:
    """Answer with the accounts of the one who granted the token (RFC 6749 §7)."""
    access = authorized("balance:read")
    return jsonify(accounts=store.accounts_of(access.sub))
