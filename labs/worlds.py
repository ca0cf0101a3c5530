"""Worlds: the four parties made anew for a lab by their own factories, one defence overridden while it is off."""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

import auth_server
import client_app
import resource_server
import spa
from auth_server.models import Client
from auth_server.standards import what_is_offered
from labs import seeds
from labs.backup import Backup
from labs.collection import Collection
from labs.config import Here, Settings
from labs.scripts import Scripts
from labs.syllabus import Lab, classes_in
from wire.functions import store_is_ready
from wire.journal import Journal
from wire.journal import Settings as JournalSettings
from wire.message import Note, to_fields
from wire.recorder import Wire
from wire.streams import entry_id

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PACKAGES = {"auth": auth_server, "bank": resource_server, "budget": client_app, "balance": spa}
PARTY_OF = {package.__name__: party for party, package in PACKAGES.items()}
DAY = 24 * 3600  # seconds
CODE_LIFETIME = 600  # seconds, the longest that RFC 6749 §4.1.2 advises: who works by hand need not hurry


def secure_class(party: str) -> type:
    """Return the class by which a party defends itself; Bank ID's is made of the core's and of each standard's."""
    if party == "auth":
        return what_is_offered().defences_class()
    package: Any = PACKAGES[party]
    secure: type = package.defences.Defences
    return secure


class LabWorld:
    """One lab's parties, its switch, and what the attacker has collected in it."""

    def __init__(self, lab: Lab, settings: Settings, journal: Journal, strangers: "dict[str, WSGIApplication]") -> None:
        self.lab, self.settings, self.journal, self.strangers = lab, settings, journal, strangers
        self.here = Here(lab.name, settings.cafe_port if lab.relay else settings.port)
        self.redis: Any = journal.redis
        self.busy, self.used_at = 0, time.monotonic()
        self.lock = threading.RLock()  # one attack at a time
        self.idle = threading.Condition()
        self.choices = tuple(getattr(lab.module("weakness"), "CHOICES", ()))  # beside the switch, in some labs
        self.choice = self.choices[0] if self.choices else ""
        self.stage: Any = None  # of the attack by hand
        self.build()

    # Making it.

    def build(self) -> None:
        """Make the parties, with the switch as it stood."""
        record = {key.decode(): value.decode() for key, value in self.redis.hgetall(self.key).items()}
        self.generation = record.get("generation") or secrets.token_hex(4)
        self.since = record.get("since") or self.note("the world begins")
        self.on = record.get("on") == "1"
        self.collection = Collection()
        self.clients: list[Client] = [seeds.piggy(self.here)]
        self.parties = {party: self.make(party) for party in PACKAGES}
        self.secure = {party: type(app.extensions["defences"]) for party, app in self.parties.items()}
        self.backup = Backup(self.parties["budget"].extensions["store"])
        self.hosts: dict[str, WSGIApplication] = {}
        for party, app in self.parties.items():
            self.add_host(party, app.wsgi_app, party)
        for host, stranger in self.strangers.items():
            self.add_host(host, stranger, "piggy" if host == "piggy" else "attacker")
        self.furnish()
        self.turn(self.on)  # after the lab's own changes, over which the weakness lies
        self.remember()

    def make(self, party: str) -> Flask:
        """Make a party by its own factory, with this world's origins, secrets and keys."""
        package: Any = PACKAGES[party]
        chosen = self.settings_of(party)
        known = {name: value for name, value in chosen.items() if name in package.config.Settings.model_fields}
        of_the_lab = getattr(self.lab.module("world"), "SETTINGS", {}).get(party, {})
        app: Flask = package.create_app(package.config.Settings(**(known | of_the_lab)))
        app.extensions["world"] = self
        # Its own recorder writes no world's name; `add_host` puts one around it that does, and nothing is told twice.
        inner: Any = app.wsgi_app.app if isinstance(app.wsgi_app, Wire) else app.wsgi_app
        app.wsgi_app = Scripts(inner, self) if party == "balance" else inner  # type: ignore[method-assign]
        return app

    def settings_of(self, party: str) -> dict[str, Any]:
        here = self.here
        return {
            "origin": getattr(here, party),
            "resource": here.bank,
            "issuer": here.auth,
            "bank": here.bank,
            "budget": here.budget,
            "balance": here.balance,
            "allowed_origins": (here.balance,),
            "redis_url": self.settings.redis_url,
            "redis_username": self.settings.redis_username,
            "redis_password": self.settings.redis_password,
            "key_prefix": f"{self.key}:{self.generation}:{party}:",
            "secret_key": self.secret(party),
            "budget_secret_sha256": hashlib.sha256(self.secret("budget client").encode()).hexdigest(),
            "bank_secret_sha256": hashlib.sha256(self.secret("bank client").encode()).hexdigest(),
            "client_secret": self.secret("budget client"),
            "introspection_secret": self.secret("bank client"),
            "grant_lifetime": DAY,
            "code_lifetime": CODE_LIFETIME,
            "registrations_per_hour": 10_000,
            "failed_client_secrets": 10_000,  # a class shares an address here
            "rival_accounts": ("mallory-current", "alice-current"),
            "argon2_memory": 1024,  # KiB: a world is reset often, and its passwords stand on its sign-in page
            "argon2_rounds": 1,
        }

    def secret(self, purpose: str) -> str:
        """Return a secret of this world's, the same after a restart."""
        message = f"{self.lab.name} {self.generation} {purpose}".encode()
        return hmac.new(self.settings.secret_key.encode(), message, hashlib.sha256).hexdigest()

    def add_host(self, host: str, app: "WSGIApplication", party: str = "attacker") -> None:
        """Serve an app as `http://HOST-NAME.localhost`, recorded under the party that it counts as."""
        origin = self.here.origin(host)
        self.hosts[host] = Wire(app, party, origin, self.journal, self.lab.name)

    def furnish(self) -> None:
        """Let the lab put in what it needs in both positions, then plant the first records."""
        attack = self.lab.module("attack")
        self.collection.pages.update(getattr(attack, "PAGES", {}))
        for host, app in getattr(attack, "HOSTS", {}).items():
            self.add_host(host, app)
        furnish: Callable[[LabWorld], None] | None = getattr(self.lab.module("world"), "furnish", None)
        if furnish:
            furnish(self)
        self.plant()

    def plant(self) -> None:
        """Write the first records where there are none."""
        if seeds.plant_auth(self.parties["auth"], self.clients):
            seeds.plant_bank(self.parties["bank"])

    # The switch.

    def turn(self, on: bool) -> None:
        """Put the defence in force, or take it away, for everybody in this world from now on."""
        self.on = on
        world, weakness = self.lab.module("world"), self.lab.module("weakness")
        for party, app in self.parties.items():
            layers = classes_in(world, PACKAGES[party].defences.Defences)  # old in both positions
            if not on and not self.lab.in_script:
                layers = (*self.weak_classes(weakness, party), *layers)
            app.extensions["defences"] = composed(self.secure[party], layers)()
        self.set_rows(getattr(world, "FEATURES", {}), there=True)
        self.set_rows(getattr(weakness, "FEATURES", {}), there=not on)

    def weak_classes(self, weakness: Any, party: str) -> tuple[type, ...]:
        """Return the weakness over a party's defences: the chosen one, where the lab offers a choice."""
        choices = getattr(weakness, "CHOICES", None)
        classes = classes_in(weakness, PACKAGES[party].defences.Defences)
        if choices and classes:
            return (choices[self.choice],)
        return classes

    def set_rows(self, tables: dict[str, dict[str, Any]], *, there: bool) -> None:
        """Add a weakness's rows to what the authorization server offers, or take them away."""
        features = self.parties["auth"].extensions["features"]
        # Taken away, a row is as if it had never been there: the metadata is made from the same tables.
        for table, rows in tables.items():
            offered = getattr(features, table)
            for name, row in rows.items():
                if there:
                    offered[name] = row
                else:
                    offered.pop(name, None)

    def switch(self, on: bool, choice: str = "") -> None:
        """Turn, and begin a new chapter on the wire."""
        with self.lock:
            self.choice = choice or self.choice
            self.turn(on)
            seeds.restore_books(self.parties["bank"])
            self.stage = None  # its verifier and cookies belong to a chapter that is over
            self.collection.things.clear()  # what the attacker won in the last chapter is no part of this one
            self.since = self.note(f"the defence is {'on' if on else 'off'}", defence=self.lab.defence)
            self.remember()

    def begin_by_hand(self, since: str) -> None:
        """Begin the learner's own attack anew: what came before this note is no part of it, but its loot stays."""
        self.since, self.stage = since, None
        self.remember()

    def reset(self) -> None:
        """Begin anew under other keys, so that no code or token of before is worth anything; the switch stays."""
        with self.lock:
            self.forget()
            self.redis.hset(self.key, mapping={"on": int(self.on), "since": self.note("the world was reset")})
            self.stage = None
            self.build()

    def forget(self) -> None:
        """Delete what is stored of this world."""
        seeds.uproot(self.parties["auth"], self.parties["bank"])
        self.redis.delete(self.key)

    def remember(self) -> None:
        record = {"generation": self.generation, "on": int(self.on), "since": self.since}
        self.redis.hset(self.key, mapping=record)

    @property
    def key(self) -> str:
        return f"{self.settings.key_prefix}{self.lab.name}"

    # The wire.

    def note(self, what: str, **details: str) -> str:
        """Write a note of the attacker's on the wire; return its id."""
        return self.write_note("attacker", self.here.attacker, what, details)

    def write_note(self, party: str, origin: str, what: str, details: dict[str, str]) -> str:
        note = Note(party=party, origin=origin, world=self.lab.name, at=time.time(), what=what, details=details)
        stream_id: bytes = self.redis.xadd(
            self.journal.stream, to_fields(note), maxlen=self.journal.settings.entries, approximate=True
        )
        return entry_id("labs", stream_id.decode())

    def quiet(self, seconds: float = 2.0) -> None:
        """Wait until every answer of this world has left, and so is on the wire."""
        with self.idle:
            self.idle.wait_for(lambda: self.busy == 0, seconds)


def composed(secure: type, layers: Iterable[type]) -> type:
    """Return the secure class itself where nothing is taken away, else one that overrides only that.

    So an attack with the defence on meets the code that the sandbox runs, and no copy of it.
    """
    classes = tuple(layers)
    return type("Defences", (*classes, secure), {}) if classes else secure


class Worlds:
    """All worlds that somebody has visited lately."""

    def __init__(self, settings: Settings, labs: dict[str, Lab], strangers: "dict[str, WSGIApplication]") -> None:
        self.settings, self.labs, self.strangers = settings, labs, strangers
        self.journal = Journal(settings, JournalSettings(patience=2.0), "labs")
        self.lock = threading.Lock()
        self.open: dict[str, LabWorld] = {}

    def world(self, name: str) -> LabWorld:
        """Return a world, made now where it was not open; raises KeyError for a lab that does not exist."""
        with self.lock:
            self.close_idle(keep=name)
            if name not in self.open:
                self.open[name] = LabWorld(self.labs[name], self.settings, self.journal, self.strangers)
            world = self.open[name]
            world.used_at = time.monotonic()
            return world

    def close_idle(self, keep: str) -> None:
        """Take worlds out of memory that nobody asked for lately; what they stored stays."""
        now = time.monotonic()
        for name, world in list(self.open.items()):
            # never one that answers at this moment: its attack would end in another world than it began in
            if name != keep and not world.busy and now - world.used_at > self.settings.forget_after:
                del self.open[name]

    def stands_on(self, name: str) -> bool:
        """Return how the switch of a world stood that is not open."""
        return bool(self.journal.redis.hget(f"{self.settings.key_prefix}{name}", "on") == b"1")

    def ready(self) -> None:
        """Raise where Redis is away, does not know the functions of the parties, or takes nothing."""
        for party in ("auth", "bank", "budget"):
            store_is_ready(self.journal.redis, party, f"{self.settings.key_prefix}ready")
