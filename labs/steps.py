"""The steps of an attack: `attack.py` is a list of functions, each one thing that somebody does."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

Act = Callable[..., None]


@dataclass(frozen=True)
class Step:
    """`by_hand` is where the learner goes to do it; a step of the attacker's is a button, which may ask for a text.

    `on_wire` is the place of the URL that it asks for, `/callback`, where the wire has it.
    """

    act: Act
    who: str
    by_hand: str
    asks: str
    on_wire: str = ""

    @property
    def name(self) -> str:
        return self.act.__name__

    @property
    def says(self) -> str:
        return inspect.getdoc(self.act) or ""


def step(who: str, by_hand: str = "", asks: str = "", on_wire: str = "") -> Callable[[Act], Act]:
    """Mark a function as a step: `who` is Alice, the attacker, or an app; links may say `{auth}` or `{attacker}`."""

    def mark(act: Act) -> Act:
        act.__dict__["step"] = Step(act, who, by_hand, asks, on_wire)
        return act

    return mark


def steps_of(module: ModuleType) -> list[Step]:
    """Return a module's steps, as they stand in it."""
    functions = [value for value in vars(module).values() if type(value) is FunctionType]
    steps: list[Any] = [function.__dict__["step"] for function in functions if "step" in function.__dict__]
    # by line, since a module's names are in order of definition only until one is assigned anew
    return sorted(steps, key=lambda step: step.act.__code__.co_firstlineno)
