"""Which defence a test holds."""

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])


def stops(*methods: str) -> Callable[[Test], Test]:
    """Say that this test fails where one of these methods of `auth_server/defences.py` does nothing."""

    def mark(test: Test) -> Test:
        test.stops = methods  # type: ignore[attr-defined]
        return test

    return mark
