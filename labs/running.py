"""Runs an attack from the first step to the last, then asks the classroom what the wire says."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import urlencode

import requests

from labs import chromium, results, seeds
from labs.browsers import Browsers, Driver
from labs.config import Settings
from labs.matrix import MatrixCell
from labs.people import Stuck
from labs.stage import Stage
from labs.syllabus import Lab
from labs.worlds import LabWorld
from wire.session import http_session

Json = dict[str, Any]


class TooMany(Exception):
    """As many attacks are running as this process has threads for."""


class NeedsBrowser(Exception):
    """The attack needs a browser, and there is none."""


class Runner:
    """Runs attacks, so many at once, and reads verdicts; it never gives one itself."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.slots = threading.BoundedSemaphore(settings.attacks_at_once)
        self.line = threading.BoundedSemaphore(3 * settings.attacks_at_once)  # those who wait for one world, too
        self.browsers = Browsers(chromium.launch)
        self.classroom = http_session("glassbox-labs", timeout=(2.0, 20.0))

    def attack(self, world: LabWorld, pause: float = 0.0) -> Json:
        """Run the steps, with a pause before each for whoever watches, and return the verdict."""
        with self.place(world):
            return self.run(world, None, world.lab.refusal, pause)

    def matrix(self, world: LabWorld) -> list[Json]:
        """Run every cell of a lab's matrix with every rule; the switch and the choice are put back."""
        with self.place(world):  # once for all cells: another attack in between would turn the switch under them
            on, choice = world.on, world.choice
            cells = getattr(world.lab.module("attack"), "CELLS", ())
            try:
                return [verdict for cell in cells for verdict in self.ends_of(world, cell, choice)]
            finally:
                world.choice = choice
                world.turn(on)

    def ends_of(self, world: LabWorld, cell: MatrixCell, choice_before: str) -> Iterator[Json]:
        """Run one cell of a matrix with every rule."""
        for choice, refusal in cell.ends.items():
            exact = choice not in world.choices
            world.choice = choice_before if exact else choice
            world.turn(exact)
            verdict = self.run(world, cell, refusal or world.lab.refusal)
            yield verdict | {"row": cell.row, "client": cell.client, "choice": choice}

    @contextmanager
    def place(self, world: LabWorld) -> Iterator[None]:
        """Wait in line for a world, and take one of the places for attacks there; where either is full, raise."""
        with taken(self.line), world.lock, taken(self.slots):
            yield

    def run(self, world: LabWorld, cell: MatrixCell | None, refusal: Mapping[str, Any], pause: float = 0.0) -> Json:
        """Run the steps of one attack, and ask what the wire shows."""
        world.quiet()
        seeds.restore_books(world.parties["bank"])
        begun, stuck = self.on_stage(world, lambda stage: self.perform(world, stage, cell, pause))
        world.quiet()  # an answer that came after the note would count for the next attack
        ended = world.note("the attack has ended", **({"stuck": stuck} if stuck else {}))
        world.begin_by_hand(ended)
        return self.ask(world.lab, refusal, begun, ended) | {"on": world.on, "stuck": stuck}

    def on_stage(self, world: LabWorld, act: Callable[[Stage], tuple[str, str]]) -> tuple[str, str]:
        """Do something on a fresh stage: over HTTP, or in a browser where the lab says so and that can do it."""
        browser = world.settings.browser
        if world.lab.browser and not chromium.is_there(browser):
            raise NeedsBrowser
        if not world.lab.browser or (world.lab.phone and not chromium.hands_schemes_to_apps(browser)):
            with closing(Stage(world)) as stage:  # whose phone hands schemes to apps as the system of a phone does
                return act(stage)

        def in_browser(driver: Driver) -> tuple[str, str]:
            with closing(chromium.BrowserStage(world, driver)) as stage:
                return act(stage)

        return self.browsers.play(in_browser)

    def perform(self, world: LabWorld, stage: Stage, cell: MatrixCell | None, pause: float) -> tuple[str, str]:
        """Play the attack; return the id of the note with which it begins, and why it got stuck, if it did."""
        stage.cell = cell
        begun = world.note("the attack begins", defence="on" if world.on else "off")
        return begun, self.play(world, stage, pause)

    def play(self, world: LabWorld, stage: Stage, pause: float = 0.0) -> str:
        """Run each step; return why one could not be done, which ends the attack, or an empty text."""
        world.collection.things.clear()  # loot of the last attack would win this one
        try:
            for number, step in enumerate(world.lab.steps, start=1):
                world.note(f"{step.who}: {step.says}", step=str(number))
                time.sleep(pause)
                step.act(stage)
        except Exception as problem:
            if not is_a_refusal(problem):
                raise
            return str(problem).partition("\n")[0]  # a browser's driver goes on with its log
        return ""

    def verdict(self, world: LabWorld) -> Json:
        """Ask the classroom what happened by hand."""
        with world.lock:  # not while the button's attack is under way
            world.quiet()
            until = world.note("somebody asks for the verdict")
            return self.ask(world.lab, world.lab.refusal, world.since, until) | {"on": world.on}

    def messages(self, world: LabWorld, after: str, until: str) -> list[Json]:
        """Return the messages of this world between two notes, in brief, in the order in which they were sent."""
        messages = [results.brief(message) for message in self.between(world, after, until)]
        return sorted(messages, key=lambda message: (message["at"], in_order(message["id"])))

    def addresses(self, world: LabWorld, place: str) -> list[str]:
        """Return the URIs that were asked for at a place, or led there, since the chapter began, the newest first."""
        uris = [results.uri_in(message) for message in self.between(world, world.since)]
        return list(dict.fromkeys(uri for uri in reversed(uris) if results.leads_to(uri, place)))

    def between(self, world: LabWorld, after: str, until: str = "") -> list[Json]:
        """Return what the wire has of this world behind an id, and before another one where it is named."""

        def ask(path: str) -> Json:
            response = self.classroom.get(f"{self.settings.classroom}{path}")
            response.raise_for_status()
            page: Json = response.json()
            return page

        return between(ask, world.lab.name, after, until)

    def ask(self, lab: Lab, refusal: Mapping[str, Any], after: str, until: str) -> Json:
        """Return the classroom's verdict: it knows the lab's description only, so the labs cannot say what happened."""
        parameters = {
            "world": lab.name,
            "predicate": lab.predicate,
            "refusal": json.dumps(dict(refusal)),
            "after": after,
            "until": until,
            "leaks": " ".join(lab.leaks),
            "guesses": " ".join(lab.guesses),
            "attackers": " ".join(lab.attackers),
        }
        described = ("reached", "since", "unless")
        parameters |= {name: json.dumps(getattr(lab, name)) for name in described if getattr(lab, name)}
        response = self.classroom.get(f"{self.settings.classroom}/api/verdict?{urlencode(parameters)}")
        response.raise_for_status()
        verdict: Json = response.json()
        return verdict | {"after": after, "until": until}


@contextmanager
def taken(places: threading.BoundedSemaphore) -> Iterator[None]:
    """Take one of so many places, or raise at once."""
    if not places.acquire(blocking=False):
        raise TooMany
    try:
        yield
    finally:
        places.release()


def between(ask: Callable[[str], Json], world: str, after: str, until: str = "") -> list[Json]:
    """Ask the classroom, page by page, what the wire has of a world behind an id, and before another one."""
    messages: list[Json] = []
    more, end = True, in_order(until) if until else (sys.maxsize, 0)
    while more:
        page = ask(f"/api/messages?{urlencode({'world': world, 'after': after, 'limit': 500})}")
        messages += [message for message in page["messages"] if in_order(message["id"]) < end]
        after, more = page["next"], page["more"] and in_order(page["next"]) < end
    return messages


def in_order(entry_id: str) -> tuple[int, int]:
    """Return an id of the stream as what it counts: milliseconds, and how many within one."""
    moment, _, place = entry_id.partition("-")
    return int(moment), int(place or 0)


def is_a_refusal(problem: Exception) -> bool:
    """Whether a step ended because the world would not go along; anything else is a fault of ours."""
    driven = type(problem).__module__.startswith("playwright")  # which is not everywhere
    return driven or isinstance(problem, Stuck | requests.RequestException)
