"""`make` on a machine whose Python cannot carry the sandbox says so in one sentence, and makes nothing."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sandbox.settings import ROOT

OLD = 'case "$*" in *version_info*) exit 1;; -V) echo Python 3.9.2;; esac'
BREAKS_OFF = 'case "$*" in *"-m venv"*) mkdir -p .venv/bin && ln -s /bin/true .venv/bin/python; exit 1;; esac'
WITHOUT_VENV = 'case "$*" in *"import venv"*) exit 1;; *version_info*) exit 0;; *) exit 3;; esac'


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        (OLD, "Python 3.11 or newer is needed, and {python} is Python 3.9.2"),
        (WITHOUT_VENV, "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"),
        (None, "Python 3.11 or newer is needed, and {python} was not found."),
    ],
    ids=["old", "without venv", "none"],
)
def test_a_python_that_will_not_do_is_named(tmp_path: Path, python: str | None, sentence: str) -> None:
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    path = tmp_path / "a-python"
    if python:
        path.write_text(f"#!/bin/sh\n{python}\n")
        path.chmod(0o755)
    done = subprocess.run(
        ["make", "up", f"PYTHON={path}"], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not re.match(r"make(\[\d+\])?: ", line)]
    assert len(said) == 1
    assert said[0].startswith(sentence.format(python=path))
    assert not (tmp_path / ".venv").exists()


def test_an_environment_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    """A full disk, say: what is left of the first attempt must not be taken for an environment by the second."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    path = tmp_path / "a-python"
    path.write_text(f"#!/bin/sh\n{BREAKS_OFF}\n")
    path.chmod(0o755)
    for _ in range(2):
        done = subprocess.run(["make", "up", f"PYTHON={path}"], cwd=tmp_path, capture_output=True, check=False)
        assert done.returncode != 0
        assert not (tmp_path / ".venv" / "bin" / "python").is_symlink()
