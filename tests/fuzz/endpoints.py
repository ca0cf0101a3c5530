"""Every address at which something is served: the rules of all parties, of the labs' worlds, and of the café."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

import auth_server
import classroom
import client_app
import labs
import resource_server
import spa
from labs.config import Settings as LabsSettings
from tests.fuzz.requests import Endpoint
from wire.addresses import Addresses, Party

PACKAGES: dict[Party, Any] = {
    "auth": auth_server,
    "bank": resource_server,
    "budget": client_app,
    "balance": spa,
    "classroom": classroom,
}
OURS = ("/.wire/notes", "/.wire/held/<>")
WORLD = "code-replay"
PLAYERS = ("auth", "bank", "budget", "balance", "attacker", "piggy")
# What never ends, what holds everybody else up, and what starts a browser; these are tried elsewhere.
ELSEWHERE = ("/api/events", "/api/brake", "/api/labs/<>/attack", "/api/labs/<>/matrix", "/act/<>")


def endpoints_of(addresses: Addresses) -> list[Endpoint]:
    """Return all of them, by the party on whose port they are."""
    return [each for each in all_of(addresses) if each.path not in ELSEWHERE]


def all_of(addresses: Addresses) -> Iterator[Endpoint]:
    for party, package in PACKAGES.items():
        app = package.create_app()
        if party == "classroom":
            app.extensions["reader"].stop()
        yield from rules_of(app, party, urlsplit(addresses.origin(party)).netloc)
    pages: Any = labs.create_app(LabsSettings(cafe_port=0), labs={})
    yield from rules_of(pages.pages, "labs", urlsplit(addresses.origin("labs")).netloc)
    for player in PLAYERS:
        host = f"{player}-{WORLD}.localhost:{addresses.labs_port}"
        yield from (Endpoint("labs", host, "POST", path) for path in ("/", "/token", "/loot", "/spend", "/<>"))


def rules_of(app: Flask, party: Party, host: str) -> Iterator[Endpoint]:
    """Give each rule with its own method."""
    for rule in app.url_map.iter_rules():
        methods = rule.methods or set()
        method = next((name for name in ("POST", "PUT", "GET") if name in methods), "GET")
        yield Endpoint(party, host, method, re.sub("<[^>]+>", "<>", rule.rule))
    for path in OURS:
        yield Endpoint(party, host, "POST", path)
