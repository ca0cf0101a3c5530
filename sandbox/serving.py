"""Gunicorn's settings that no flag has."""

import gc
from typing import Any


def pre_fork(_arbiter: Any, _worker: Any) -> None:
    """Leave what the parent has loaded to both: a collector that wrote to it would copy it, some 2 MiB a party."""
    gc.freeze()
