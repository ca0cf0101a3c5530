"""What the house promises of its texts: locks without an address, one form of reference."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git knows, by pattern."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in tracked("*requirements*.txt"):
        text = lock.read_text()
        assert "://" not in text and "--index" not in text, lock
        pins = re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)
        assert pins and len(pins) <= text.count("--hash="), lock


def test_every_direct_requirement_is_locked() -> None:
    for wanted in tracked("*requirements*.in"):
        lock = wanted.with_suffix(".txt")
        if not lock.exists():
            continue
        for name in re.findall(r"^[a-z][a-z0-9-]*", wanted.read_text(), re.MULTILINE):
            assert re.search(rf"^{name}==", lock.read_text(), re.MULTILINE), (lock, name)


def test_references_have_one_form() -> None:
    for page in tracked("*.py", "*.js", "*.html"):
        for wrong in re.findall(r"RFC ?\d+,? (?:section|Section|sec\.)", page.read_text()):
            raise AssertionError(f"{page}: write {wrong!r} as RFC NNNN §N")
