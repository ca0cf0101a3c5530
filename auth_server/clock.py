"""The app's clock, which tests and labs move."""

from flask import current_app


def now() -> int:
    """Return the time in whole seconds since 1970."""
    return int(current_app.extensions["clock"]())
