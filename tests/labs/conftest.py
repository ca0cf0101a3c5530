"""One process of labs for the whole run: worlds do not disturb one another, and a test says so."""

from collections.abc import Iterator

import pytest

from tests.support.labs_world import Labs, running_labs


@pytest.fixture(scope="session")
def labs() -> Iterator[Labs]:
    with running_labs() as found:
        yield found
