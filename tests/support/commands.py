"""The sandbox's commands, as `make` gives them, and how the Compose stack is started for the tests."""

import os
import subprocess
import sys

IN_DOCKER = os.environ.get("TEST_RUNTIME") == "docker"
DOCKER = {"RUNTIME": "docker", "SANDBOX_BROWSER": "1"}


def sandbox(command: str, environment: dict[str, str]) -> None:
    """Run one command of the sandbox, and show what it said where it failed."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
