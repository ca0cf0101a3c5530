"""The bank's one clock: what is dated and what has expired are judged by the same (step mode makes it stand still)."""

from datetime import UTC, datetime

from flask import current_app


def now() -> float:
    """Return the app's clock, in seconds since 1970."""
    return float(current_app.extensions["clock"]())


def iso(moment: float) -> str:
    """Return a moment in UTC as in `2026-01-31T12:00:00Z`."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
