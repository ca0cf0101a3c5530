"""Two flows side by side: the lines that the classroom makes of real ones."""

from typing import Any

import pytest

from classroom import views
from classroom.compare import aligned, lengths, line, stages_of
from tests.classroom.conftest import Recorded, conversation_of

Pair = tuple[str | None, str | None, tuple[str, ...]]


def compared(recorded: Recorded, *names: str) -> list[Pair]:
    """Return for each line the steps on either side, and what differs."""
    flows, sides = [], []
    for name in names:
        found = conversation_of(recorded[name])
        [flow] = [views.flow(found, flow) for flow in found.flows]
        flows.append(flow)
        sides.append(views.messages_of(found, flow))
    stages = stages_of(flows[0]) | stages_of(flows[1])
    return [(step(one), step(other), tuple(line(one, other, stages)["differs"])) for one, other in aligned(*sides)]


def step(message: dict[str, Any] | None) -> str | None:
    return f"{message['step']} {message['path']}" if message else None


def test_two_clients_differ_where_party_channel_or_secrets_do(recorded: Recorded) -> None:
    """The server's client trades the code behind the browser's back and with its secret, the page does not."""
    pairs = compared(recorded, "budget", "balance")
    differing = {left: differs for left, right, differs in pairs if left and right and differs}
    assert differing.pop("token_request_code /token") == ("channel", "secrets")
    assert differing.pop("redirection /callback") == ("secrets",), "Budget's session"
    for path in ("/accounts", "/accounts/alice-current/transactions"):
        for half in ("resource_request", "resource_response"):
            assert differing.pop(f"{half} {path}") == ("channel",)
    assert set(differing) <= {"token_response /token", "revocation_request /revoke", "revocation_response /revoke"}
    alike = {left for left, right, differs in pairs if left and right and not differs}
    assert {"authorization_request /authorize", "sign_in /login", "consent_given /consent"} <= alike


def test_a_preflight_is_no_call(recorded: Recorded) -> None:
    """The browser's question stands alone; the calls pair with each other."""
    for left, right, _ in compared(recorded, "budget", "balance"):
        assert not (right and right.startswith("preflight") and left)
        if left and right:
            assert left.split()[0] == right.split()[0]


def test_a_flow_is_like_itself(recorded: Recorded) -> None:
    assert all(left == right and not differs for left, right, differs in compared(recorded, "budget", "budget"))


def steps_of(names: str) -> list[dict[str, Any]]:
    """Return a message for each letter."""
    return [{"step": name, "party": "auth", "path": "/"} for name in names]


def beside(left: str, right: str) -> list[tuple[str, str]]:
    pairs = aligned(steps_of(left), steps_of(right))
    return [(one["step"] if one else "-", other["step"] if other else "-") for one, other in pairs]


@pytest.mark.parametrize(
    ("left", "right"), [("", ""), ("abc", "abc"), ("abcd", "bd"), ("abc", "xyz"), ("", "ab"), ("abab", "baba")]
)
def test_each_message_stands_in_one_line_in_its_order(left: str, right: str) -> None:
    lines = beside(left, right)
    assert ("".join(a for a, _ in lines).replace("-", ""), "".join(b for _, b in lines).replace("-", "")) == (
        left,
        right,
    )
    assert ("-", "-") not in lines


def test_flows_that_differ_in_one_step_stay_side_by_side_after_it() -> None:
    assert beside("abcdef", "abxcdef") == [("a", "a"), ("b", "b"), ("-", "x"), *zip("cdef", "cdef", strict=True)]
    far = "ab" * 200
    assert beside(f"{far}c{far}", f"{far}{far}").count(("c", "-")) == 1


def test_ten_times_the_messages_cost_ten_times_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two flows of thousands of messages that have nothing in common are the dearest."""
    cells = 0

    def counted(a: list[Any], b: list[Any]) -> list[list[int]]:
        nonlocal cells
        cells += len(a) * len(b)
        return lengths(a, b)

    monkeypatch.setattr("classroom.compare.lengths", counted)
    costs = []
    for count in (500, 5000):
        cells = 0
        assert len(beside("a" * count, "b" * count)) == 2 * count
        costs.append(cells)
    assert costs[1] < 11 * costs[0]
