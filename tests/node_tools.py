"""Other people's parsers, installed once from npm as `tests/node/package-lock.json` says."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "node"
MODULES = HERE / "node_modules"


def install() -> Path:
    """Return where the modules are, installed where they are not; without npm the test is skipped."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs node and npm")
    lock, installed = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(command, cwd=HERE, check=True, timeout=300)
    return MODULES


def complaint_about_har(archive: str) -> str:
    """Return what the schema of HAR 1.2 finds wrong; nothing where all is well."""
    install()
    done = subprocess.run(["node", "har.js"], cwd=HERE, input=archive, capture_output=True, text=True, timeout=60)
    return "" if done.returncode == 0 else done.stderr or "it failed without a word"
