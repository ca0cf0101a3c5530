"""Who lives in a world beside the people and clients of every sandbox: Mallory, and the app on the phone."""

import json
from collections.abc import Iterable

from flask import Flask

from auth_server import seed
from auth_server.models import Client, User
from labs.config import Here
from resource_server.models import Account

MALLORY = ("mallory", "quicksilver")
ACCOUNT = Account(id="mallory-current", name="Current account", owner="mallory", currency="EUR")
BALANCE = 1337  # cents
SCOPES = ("balance:read", "transactions:read", "transfers:write", "offline_access")


def piggy(here: Here) -> Client:
    """Return the good app on the phone: a public client with a scheme of its own (RFC 8252 §7.1)."""
    return Client(
        client_id="piggy",
        client_name="Piggy",
        redirect_uris=(f"{here.scheme}://auth_code_handler",),
        scope=SCOPES,
        token_endpoint_auth_method="none",
        application_type="native",
    )


def plant_auth(app: Flask, clients: Iterable[Client]) -> bool:
    """Write Bank ID's people and clients, and Mallory, where they are not there; return whether it did."""
    store, passwords = app.extensions["store"], app.extensions["passwords"]
    # Hashing passwords is slow on purpose, and a world is opened again and again.
    if not seed.plant(store, app.extensions["settings"], passwords):
        return False
    name, password = MALLORY
    user = User(name, name.capitalize(), passwords.hash(password))
    store.redis.set(store.key("user", name), user.to_json())
    for client in clients:
        store.save_client(client)
    return True


def plant_bank(app: Flask) -> None:
    """Write the bank's books, and an account of Mallory's."""
    store = app.extensions["store"]
    with app.app_context():  # the books are dated by the bank's own clock
        store.plant()
    store.redis.hset(store.key("accounts"), ACCOUNT["id"], json.dumps(ACCOUNT))
    store.redis.hset(store.key("balances"), ACCOUNT["id"], BALANCE)


def uproot(auth: Flask, bank: Flask) -> None:
    """Delete what has no end of its own; codes, tokens and sessions end by themselves within a day or so."""
    store = auth.extensions["store"]
    people = [*seed.PASSWORDS, MALLORY[0]]
    keys = [store.key("seeded")]
    for sub in people:
        clients = store.redis.smembers(store.key("consents", sub))
        keys += [store.consent_key(sub, client_id) for client_id in clients]
        keys += [store.key(kind, sub) for kind in ("user", "consents", "grants_of", "used_by")]
    keys += [store.client_key(client_id) for client_id in ("budget", "balance", "piggy")]
    store.redis.delete(*keys)
    close_books(bank)


def close_books(bank: Flask) -> None:
    """Delete the bank's books."""
    books = bank.extensions["store"]
    accounts = books.redis.hkeys(books.key("accounts"))
    books.redis.delete(
        books.key("accounts"), books.key("balances"), *(books.key("transactions", account) for account in accounts)
    )


def restore_books(bank: Flask) -> None:
    """Put all money back to where it was in the beginning: the next attack finds as much as the last one did."""
    close_books(bank)
    plant_bank(bank)
