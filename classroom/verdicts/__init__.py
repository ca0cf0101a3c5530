"""Verdicts: whether an attack succeeded, read from the messages of its world and from nothing else."""

from classroom.verdicts.attack import Attack, Question
from classroom.verdicts.judge import judge

__all__ = ["Attack", "Question", "judge"]
