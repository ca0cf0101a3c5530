"""What a message means, in plain words: one sentence, a line for each parameter, and the section that says so."""

from classroom.explain.findings import findings
from classroom.explain.words import explain

__all__ = ["explain", "findings"]
