"""What the house promises of its texts: references to sections that exist, and locks without an address."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = r"(?:RFC \d+|OAuth 2\.1 draft|OIDC [A-Z][\w-]+)"
SECTION = r"§(?:\d+|[A-D])(?:\.\d+)*(?:-\d+)?"  # the number after the dash is ours
REFERENCE = re.compile(rf"({DOCUMENT}) ({SECTION}(?:(?:,| and| or| to|;)\s+{SECTION})*)")
OTHER_FORMS = re.compile(
    r"RFC ?\d+[,:]? \(?(?:[Ss]ection|sec\.|Sect\.|§ )|[Ss]ections? [\d.]+\d of (?:the )?RFC|\bRFC(?:-|&nbsp;)?\d{3,}"
)
TEXTS = ("*.py", "*.js", "*.html", "*.css", "*.lua", "*.md", "*.toml", "*.yml", "Makefile", "*Dockerfile")


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git knows or would take, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in sorted(set(listed.splitlines())) if (ROOT / name).is_file()]


def real_sections() -> set[str]:
    """Return every section of `sections.txt`, as in `RFC 6749 §4.1.2`."""
    found: set[str] = set()
    for line in (ROOT / "tests" / "sections.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            document, _, sections = line.partition(": ")
            found |= {f"{document} §{section}" for section in sections.split()}
    return found


def references(text: str) -> Iterator[str]:
    """Return each section that a text refers to, without our own numbers of requirements."""
    for document, sections in REFERENCE.findall(text):
        for section in re.findall(SECTION, sections):
            yield f"{document} {section.partition('-')[0]}"


def faults(text: str, real: set[str]) -> list[str]:
    """Return what is wrong with the references of a text."""
    unknown = [reference for reference in references(text) if reference not in real]
    strays = re.findall(rf".{{0,20}}{SECTION}", REFERENCE.sub("", text))  # a section without its document
    return unknown + strays + OTHER_FORMS.findall(text)


def test_every_reference_is_to_a_section_that_exists() -> None:
    real = real_sections()
    pages = tracked(*TEXTS)
    assert sum(len(list(references(page.read_text(encoding="utf-8")))) for page in pages) > 300
    wrong = {str(page.relative_to(ROOT)): faults(page.read_text(encoding="utf-8"), real) for page in pages}
    found = {page: list_of_faults for page, list_of_faults in wrong.items() if list_of_faults}
    assert not found, f"write RFC NNNN §N, of a section in tests/sections.txt: {found}"


def example(text: str) -> str:
    """Return a reference that does not stand in this file as it is."""
    return text.replace("RFX", "RFC").replace("$", "\u00a7")


@pytest.mark.parametrize(
    "text",
    [
        "(RFX 6749 $4.1.9)",
        "(RFX 6749 $4.1.2, $99-1)",
        "(RFX 1 $1)",
        "as $4.1.2 says",
        "(RFX 6749, $4.1.2)",
        "(RFX 6749 section 4.1.2)",
        "(RFX 6749, Section 4.1.2)",
        "Section 4.1.2 of RFX 6749",
        "(RFX6749 $4.1.2)",
    ],
)
def test_a_wrong_reference_is_found(text: str) -> None:
    assert faults(example(text), real_sections())


def test_a_right_reference_is_not_found_wrong() -> None:
    text = example("(RFX 6749 $4.1.2-1, $5.2; OAuth 2.1 draft $4.1.1)")
    right = [example(text) for text in ("RFX 6749 $4.1.2", "RFX 6749 $5.2", "OAuth 2.1 draft $4.1.1")]
    assert list(references(text)) == right
    assert not faults(text, real_sections())


def test_locks_hold_hashes_and_no_address() -> None:
    locks = tracked("*requirements*.txt")
    assert len(locks) >= 8
    for lock in locks:
        text = lock.read_text()
        assert "://" not in text and "--index" not in text, lock
        pins = re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)
        assert pins and len(pins) <= text.count("--hash="), lock


def test_every_direct_requirement_is_locked() -> None:
    locks = {wanted: wanted.with_suffix(".txt") for wanted in tracked("*requirements*.in")}
    locked = {wanted: lock for wanted, lock in locks.items() if lock.exists()}
    assert len(locked) >= 8
    for wanted, lock in locked.items():
        for name in re.findall(r"^[a-z][a-z0-9-]*", wanted.read_text(), re.MULTILINE):
            assert re.search(rf"^{name}==", lock.read_text(), re.MULTILINE), (lock, name)
