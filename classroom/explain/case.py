"""One flow as the rules look at it, and how a rule is written."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from classroom.explain.reading import Message, Reading
from classroom.explain.steps import step_of

SHORTEST_VERIFIER = 43  # characters (RFC 7636 §4.1)


@dataclass(frozen=True)
class Finding:
    """What is wrong or worth knowing: `severity` is error, warning or info, `evidence` are ids of messages."""

    id: str
    severity: str
    title: str
    why: str
    section: str
    evidence: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return self.__dict__ | {"evidence": list(self.evidence)}


class Case:
    """The messages of one flow, in order, as the rules look at them."""

    def __init__(self, messages: Sequence[Message], finished: bool = False) -> None:
        self.readings = [Reading(message) for message in messages]
        self.finished = finished
        self.by_step: dict[str, list[Reading]] = defaultdict(list)
        for reading in self.readings:
            self.by_step[step_of(reading)].append(reading)
        self.answers = {str(reading.message["exchange"]): reading for reading in self.readings if reading.is_response}

    def answer_to(self, request: Reading) -> Reading | None:
        return self.answers.get(str(request.message["exchange"]))

    def succeeded(self, request: Reading) -> bool:
        answer = self.answer_to(request)
        return answer is not None and answer.status < 400

    @cached_property
    def questions(self) -> list[Reading]:
        """Authorization requests, as the authorization server received them."""
        return self.by_step["authorization_request"]

    @cached_property
    def trades(self) -> list[Reading]:
        """Token requests with a code."""
        return self.by_step["token_request_code"]

    @cached_property
    def is_confidential(self) -> bool:
        """Whether the client proved who it is at the token endpoint."""
        asked = [reading for reading in self.readings if reading.path == "/token"]
        return any(shows_secret(reading) or reading.asked("client_assertion") for reading in asked)

    @cached_property
    def is_public(self) -> bool:
        """Whether the client traded a code without such a proof; one that never came so far may be of either kind."""
        return bool(self.trades) and not self.is_confidential


Rule = Callable[[Case], Iterator[Finding]]
RULES: list[Rule] = []


def rule(severity: str, title: str, why: str, section: str) -> Callable[[Callable[[Case], Iterator[Reading]]], Rule]:
    """Make a rule of a function that finds the messages which break it."""

    def make(find: Callable[[Case], Iterator[Reading]]) -> Rule:
        def check(case: Case) -> Iterator[Finding]:
            evidence = tuple(dict.fromkeys(reading.id for reading in find(case)))
            if evidence:
                yield Finding(find.__name__, severity, title, why, section, evidence)

        check.__name__ = find.__name__
        RULES.append(check)
        return check

    return make


def shows_secret(reading: Reading) -> bool:
    """Whether a request carries a client's secret."""
    return reading.is_request and bool((reading.basic and reading.basic[1]) or reading.asked("client_secret"))
