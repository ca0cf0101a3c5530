"""Which defence a test holds."""

from collections.abc import Callable
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])


def stops(*defences: str) -> Callable[[Test], Test]:
    """Say that this test fails where one of these defences does nothing: `auth_server.code_is_used_once`, `js.…`."""

    def mark(test: Test) -> Test:
        test.stops = defences  # type: ignore[attr-defined]
        return test

    return mark
