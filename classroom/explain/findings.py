"""A flow held against the standards; it needs nothing but the messages, so it works on anybody's client."""

from collections.abc import Sequence
from typing import Any

from classroom.explain import rules_of_clients, rules_of_secrets, rules_of_servers
from classroom.explain.case import RULES, Case
from classroom.explain.reading import Message

WORST_FIRST = ("error", "warning", "info")
KINDS_OF_RULES = (rules_of_clients, rules_of_secrets, rules_of_servers)


def findings(messages: Sequence[Message], finished: bool = False) -> list[dict[str, Any]]:
    """Return what is to be said of a flow, the worst first; `messages` as `/api/messages` tells them, in order."""
    case = Case(messages, finished)
    found = [finding for check in RULES for finding in check(case)]
    return [finding.to_json() for finding in sorted(found, key=lambda finding: WORST_FIRST.index(finding.severity))]
