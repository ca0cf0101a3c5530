"""Browsers that stay: to start one takes longer than an attack, so the next attack takes the one that is there."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from typing import Any, TypeVar

Result = TypeVar("Result")

STAYS = 60.0  # seconds without an attack, after which a browser is closed


class Driver:
    """What drives browsers in one thread, and Chromium, started when it is first asked for."""

    def __init__(self, launch: Callable[[Any], Any]) -> None:
        self.launch = launch
        self.chromium: Any = None

    @cached_property
    def playwright(self) -> Any:
        from playwright.sync_api import sync_playwright  # which is not everywhere

        return sync_playwright().start()

    def browser(self) -> Any:
        """Return Chromium; where it has crashed since, another one."""
        if self.chromium is None or not self.chromium.is_connected():
            self.chromium = self.launch(self.playwright)
        return self.chromium

    def close(self) -> None:
        if "playwright" in vars(self):
            self.playwright.stop()  # which closes what it has started


class Player(threading.Thread):
    """A thread that plays attacks, one after another: what drives a browser answers in its own thread only."""

    def __init__(self, browsers: "Browsers") -> None:
        super().__init__(name="browser", daemon=True)
        self.browsers = browsers
        self.tasks: queue.Queue[Callable[[Driver], None]] = queue.Queue()

    def run(self) -> None:
        driver = Driver(self.browsers.launch)
        try:
            while True:
                try:
                    task = self.tasks.get(timeout=self.browsers.stays)
                except queue.Empty:
                    if self.browsers.let_go(self):
                        return
                    continue  # an attack has just been given to it
                task(driver)
        finally:
            driver.close()


class Browsers:
    """The threads that play attacks in browsers, each with one of its own; those that nobody needs end."""

    def __init__(self, launch: Callable[[Any], Any], stays: float = STAYS) -> None:
        self.launch, self.stays = launch, stays
        self.lock = threading.Lock()
        self.idle: list[Player] = []

    def play(self, act: Callable[[Driver], Result]) -> Result:
        """Do something with a browser that nobody else has meanwhile; return or raise what comes of it."""
        player = self.take()
        outcome: Future[Result] = Future()

        def task(driver: Driver) -> None:
            try:
                outcome.set_result(act(driver))
            except BaseException as problem:
                outcome.set_exception(problem)

        player.tasks.put(task)
        try:
            return outcome.result()
        finally:
            with self.lock:
                self.idle.append(player)

    def take(self) -> Player:
        """Return the player that was busy last, or a new one."""
        with self.lock:
            if self.idle:
                return self.idle.pop()
        player = Player(self)
        player.start()
        return player

    def let_go(self, player: Player) -> bool:
        """Whether nobody has taken it: then nobody will."""
        with self.lock:
            if player not in self.idle:
                return False
            self.idle.remove(player)
            return True
