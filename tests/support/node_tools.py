"""Other people's parsers, installed once from npm as `tests/support/node/package-lock.json` says."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "node"
MODULES = HERE / "node_modules"


def install() -> Path:
    """Return where the modules are, installed where they are not; without npm the test is skipped."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs node and npm")
    lock, installed = HERE / "package-lock.json", MODULES / ".package-lock.json"
    with lock.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two workers of the tests may come at once
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=HERE, check=True, timeout=300)
    return MODULES


def complaint_about_har(archive: str) -> str:
    """Return what the schema of HAR 1.2 finds wrong; nothing where all is well."""
    return complaint("har.js", archive)


def complaint_about_answers(document: Any, answers: list[tuple[list[str], Any]]) -> str:
    """Return where answers are not what an OpenAPI document says, each with the way to its schema in there."""
    documents = [{"schema": way, "value": value} for way, value in answers]
    return complaint("schema.js", json.dumps({"document": document, "answers": documents}))


def complaint(script: str, text: str) -> str:
    """Return what a script says about a text; nothing where all is well."""
    install()
    done = subprocess.run(["node", script], cwd=HERE, input=text, capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else done.stderr or "it failed without a word"


def axe() -> str:
    """Return the script of axe, which looks at a page for what keeps people out (WCAG)."""
    return (install() / "axe-core" / "axe.min.js").read_text()
