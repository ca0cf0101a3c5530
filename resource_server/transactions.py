"""Transactions: an account's statement, newest first and page by page (RFC 6749 §7)."""

from flask import Blueprint, Response, jsonify, request

from resource_server.access import authorized, own_account
from resource_server.errors import BankError
from resource_server.store import store

bp = Blueprint("transactions", __name__)

USUAL_PAGE, LONGEST_PAGE = 20, 100


@bp.get("/accounts/<account_id>/transactions")
def transactions(account_id: str) -> Response:
    """Answer with one page; `next` is the cursor of the page after it, or null (RFC 6749 §7)."""
    access = authorized("transactions:read")
    account = own_account(account_id, access)
    limit = whole_number("limit")
    cursor = whole_number("cursor")
    if limit is not None and not 1 <= limit <= LONGEST_PAGE:
        raise BankError(f"limit must be between 1 and {LONGEST_PAGE}.")
    page, following = store.transactions(account["id"], limit or USUAL_PAGE, cursor)
    return jsonify(transactions=page, next=following)


def whole_number(name: str) -> int | None:
    """Return the query's number, or none where the parameter is absent."""
    digits = request.args.get(name)
    if digits is None:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BankError(f"{name} must be a whole number.")
    return int(digits)
