"""Two flows side by side: the script that aligns them, run on what the classroom says of real ones."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from classroom import views
from tests.classroom.conftest import Recorded, conversation_of

ALIGN = Path(__file__).resolve().parents[2] / "classroom/static/js/align.js"
RUN = """
import { align } from "./align.mjs";
let text = "";
for await (const chunk of process.stdin) text += chunk;
console.log(JSON.stringify(align(...JSON.parse(text))));
"""
Pair = tuple[str | None, str | None, tuple[str, ...]]


def aligned(recorded: Recorded, folder: Path, *names: str) -> list[Pair]:
    """Return for each line the steps on either side, and what differs."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    flows = []
    for name in names:
        found = conversation_of(recorded[name])
        [flow] = [views.flow(found, flow) for flow in found.flows]
        flows.append(flow | {"messages": views.messages_of(found, flow)})
    shutil.copy(ALIGN, folder / "align.mjs")
    (folder / "run.mjs").write_text(RUN)
    told = subprocess.run(
        ["node", folder / "run.mjs"], input=json.dumps(flows), capture_output=True, text=True, check=True, timeout=60
    )
    return [(step(pair["left"]), step(pair["right"]), tuple(pair["differs"])) for pair in json.loads(told.stdout)]


def step(message: dict[str, Any] | None) -> str | None:
    return message and f"{message['step']} {message['path']}"


def test_two_clients_differ_where_party_channel_or_secrets_do(recorded: Recorded, tmp_path: Path) -> None:
    """The server's client trades the code behind the browser's back and with its secret, the page does not."""
    pairs = aligned(recorded, tmp_path, "budget", "balance")
    differing = {left: differs for left, right, differs in pairs if left and right and differs}
    assert differing.pop("token_request_code /token") == ("channel", "secrets")
    assert differing.pop("redirection /callback") == ("secrets",), "Budget's session"
    for path in ("/accounts", "/accounts/alice-current/transactions"):
        for half in ("resource_request", "resource_response"):
            assert differing.pop(f"{half} {path}") == ("channel",)
    assert set(differing) <= {"token_response /token", "revocation_request /revoke", "revocation_response /revoke"}
    alike = {left for left, right, differs in pairs if left and right and not differs}
    assert {"authorization_request /authorize", "sign_in /login", "consent_given /consent"} <= alike


def test_a_preflight_is_no_call(recorded: Recorded, tmp_path: Path) -> None:
    """The browser's question stands alone; the calls pair with each other."""
    for left, right, _ in aligned(recorded, tmp_path, "budget", "balance"):
        assert not (right and right.startswith("preflight") and left)
        if left and right:
            assert left.split()[0] == right.split()[0]


def test_a_flow_is_like_itself(recorded: Recorded, tmp_path: Path) -> None:
    assert all(
        left == right and not differs for left, right, differs in aligned(recorded, tmp_path, "budget", "budget")
    )
