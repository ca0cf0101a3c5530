"""A matrix of attacks: one lab, run with each matching rule and each client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MatrixCell:
    """One attack of a lab's matrix; `ends` gives for each choice the refusal, or None where it succeeds."""

    row: str
    client: str
    ends: Mapping[str, Mapping[str, Any] | None]
