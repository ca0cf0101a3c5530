"""A flow held against the standards; it needs nothing but the messages, so it works on anybody's client."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from classroom.derive.custody.ledger import Ledger
from classroom.derive.custody.rules import RULES as CUSTODY
from classroom.derive.reading.message import Message
from classroom.explain import rules_of_clients, rules_of_credentials, rules_of_servers
from classroom.explain.checked_flow import RULES, CheckedFlow, Finding

WORST_FIRST = ("error", "warning", "info")
KINDS_OF_RULES = (rules_of_clients, rules_of_credentials, rules_of_servers)
OF_CUSTODY = {rule.name: rule for rule in CUSTODY if not rule.may}


def findings(messages: Sequence[Message], ledger: Ledger, finished: bool = False) -> list[dict[str, Any]]:
    """Return what is to be said of a flow, the worst first; `ledger` is the one at its end."""
    flow = CheckedFlow(messages, ledger.origins, finished)
    of_messages = [finding for check in RULES for finding in check(flow)]
    # Sorting keeps the order within a severity, so the same flow always reads the same.
    every = [*of_messages, *of_breaches(ledger.breaches)]
    return [finding.to_json() for finding in sorted(every, key=lambda finding: WORST_FIRST.index(finding.severity))]


def of_breaches(breaches: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """Return one finding for all breaches of a kind: who may hold what is stated in the rules of custody alone."""
    evidence: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for breach in breaches:
        # Several rules may be one fault to a reader, such as the client's secret in a browser and in a page.
        name = OF_CUSTODY[breach["rule"]].finding
        evidence.setdefault(name, []).append(breach["message"])
        first.setdefault(name, breach["rule"])
    for name, messages in evidence.items():
        rule = OF_CUSTODY[first[name]]
        yield Finding(name, "error", rule.title, rule.why, rule.section, tuple(dict.fromkeys(messages)))
