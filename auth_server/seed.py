"""The people and clients that a fresh sandbox knows."""

import json

from auth_server.config import Settings
from auth_server.models import Client, User
from auth_server.passwords import Passwords
from auth_server.store import Store

PASSWORDS = {"alice": "looking-glass", "bob": "brass-lantern", "carol": "winter-garden"}
BANK_SCOPES = ("balance:read", "transactions:read", "transfers:write")


def first_party_clients(settings: Settings) -> list[Client]:
    """Budget keeps a secret on its server, Balance has nowhere to keep one (RFC 6749 §2.1)."""
    return [
        Client(
            client_id="budget",
            client_name="Budget",
            redirect_uris=(f"{settings.budget}/callback",),
            scope=(*BANK_SCOPES, "offline_access"),
            secret_sha256=settings.budget_secret_sha256,
        ),
        Client(
            client_id="balance",
            client_name="Balance",
            redirect_uris=(f"{settings.balance}/callback",),
            scope=(*BANK_SCOPES, "offline_access"),
            token_endpoint_auth_method="none",
        ),
    ]


def plant(store: Store, settings: Settings, passwords: Passwords) -> bool:
    """Write the seed data where Redis has none, or knows our clients under other URIs; return whether it did."""
    clients = first_party_clients(settings)
    seeded = json.dumps([client.to_json() for client in clients])
    if store.redis.get(store.key("seeded")) == seeded:
        return False
    pipe = store.redis.pipeline(transaction=True)
    for sub, password in PASSWORDS.items():
        user = User(sub, sub.capitalize(), passwords.hash(password))
        pipe.set(store.key("user", sub), user.to_json(), nx=True)
    for client in clients:
        pipe.set(store.client_key(client.client_id), client.to_json())
    pipe.set(store.key("seeded"), seeded)
    pipe.execute()
    return True
