"""Verdicts: whether an attack succeeded, read from the messages of its world and from nothing else."""

from classroom.verdicts.case import Case, Question
from classroom.verdicts.judge import judge

__all__ = ["Case", "Question", "judge"]
