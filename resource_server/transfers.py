"""Transfers: money leaves an account, once, and only if it is there (RFC 6749 §7)."""

import re

from flask import Blueprint, Response, jsonify, request
from pydantic import ValidationError

from resource_server.access import authorized, own_account
from resource_server.errors import BankError, UnsupportedMediaType
from resource_server.models import TransferRequest
from resource_server.store import store

bp = Blueprint("transfers", __name__)

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")  # visible ASCII


@bp.post("/transfers")
def transfer() -> tuple[Response, int]:
    """Move money; the same key and body again get the same answer and move nothing (RFC 6749 §7)."""
    access = authorized("transfers:write")
    key = idempotency_key()
    order = transfer_request()
    own_account(order.from_account, access)
    store.account(order.to_account)  # unknown: not_found
    return jsonify(store.transfer(access.sub, key, order)), 201


def idempotency_key() -> str:
    """Return the client's name for this transfer, by which a repeated request is known."""
    key = request.headers.get("Idempotency-Key", "")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise BankError("Send an Idempotency-Key of 1 to 255 visible ASCII characters.")
    return key


def transfer_request() -> TransferRequest:
    """Read the body, taking nothing for a number that is not one."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        order = TransferRequest.model_validate(request.get_json())
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"] if str(part).isprintable())[:64] or "body"
        raise BankError(f"{where}: {first['msg']}.") from problem
    except RecursionError as problem:  # brackets within brackets, thousands deep
        raise BankError("The body is nested too deeply.") from problem
    if order.from_account == order.to_account:
        raise BankError("The two accounts must be different ones.")
    return order
