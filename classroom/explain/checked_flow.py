"""One flow as the rules look at it, and how a rule is written."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from classroom.derive.reading.message import Message, sender_of
from classroom.derive.reading.steps import step_of

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


class CheckedFlow:
    """The messages of one flow, in order, as the rules look at them."""

    def __init__(self, messages: Sequence[Message], origins: Mapping[str, str], finished: bool = False) -> None:
        self.messages = messages
        self.origins = origins
        self.finished = finished
        self.by_step: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            self.by_step[step_of(message).step.name].append(message)

    def succeeded(self, request: Message) -> bool:
        response = request.exchange.response
        return response is not None and response.status < 400

    def is_back_channel(self, request: Message) -> bool:
        """Whether a request went from server to server."""
        return sender_of(request.exchange, self.origins).channel == "back"

    @cached_property
    def authorization_requests(self) -> list[Message]:
        """Authorization requests, as the authorization server received them (RFC 6749 §4.1.1)."""
        return self.by_step["authorization_request"]

    @cached_property
    def token_requests(self) -> list[Message]:
        """Access token requests with a code (RFC 6749 §4.1.3)."""
        return self.by_step["token_request_code"]

    @cached_property
    def is_confidential(self) -> bool:
        """Whether the client proved who it is at the token endpoint."""
        readings = (message.reading for message in self.messages if message.path == "/token")
        return any(reading.shows_secret() or reading.parameter("client_assertion") for reading in readings)

    @cached_property
    def is_public(self) -> bool:
        """Whether the client redeemed a code without such a proof; one that never did so may be of either kind."""
        return bool(self.token_requests) and not self.is_confidential


Rule = Callable[[CheckedFlow], Iterator[Finding]]
RULES: list[Rule] = []


def rule(
    severity: str, title: str, why: str, section: str
) -> Callable[[Callable[[CheckedFlow], Iterator[Message]]], Rule]:
    """Make a rule of a function that finds the messages which break it."""

    def make(find: Callable[[CheckedFlow], Iterator[Message]]) -> Rule:
        def check(flow: CheckedFlow) -> Iterator[Finding]:
            evidence = tuple(dict.fromkeys(message.id for message in find(flow)))
            if evidence:
                yield Finding(find.__name__, severity, title, why, section, evidence)

        check.__name__ = find.__name__
        RULES.append(check)
        return check

    return make


def by_value(requests: list[Message], name: str) -> Iterator[list[Message]]:
    """Group requests by one of their parameters."""
    groups: dict[str, list[Message]] = defaultdict(list)
    for request in requests:
        value = request.parameter(name)
        if value:
            groups[value].append(request)
    yield from groups.values()
