"""The Compose stack, seen from inside its containers: `make test-docker` runs these tests, `make test` does not."""

import os
from collections.abc import Iterator

import docker
import pytest
from docker.models.containers import Container

from tests.support.commands import DOCKER, IN_DOCKER, sandbox
from wire.addresses import Addresses

PROJECT = os.environ.get("COMPOSE_PROJECT_NAME", "glassbox")
collect_ignore_glob = [] if IN_DOCKER else ["test_*.py"]


@pytest.fixture(scope="session")
def engine(stack: None) -> Iterator[docker.DockerClient]:
    """Start the stack, with a browser for the labs."""
    client = docker.from_env()
    sandbox("up", DOCKER)
    yield client
    client.close()


@pytest.fixture
def containers(engine: docker.DockerClient) -> dict[str, Container]:
    return containers_of(engine)


def containers_of(engine: docker.DockerClient) -> dict[str, Container]:
    """Return the running containers by the name of their service."""
    label = "com.docker.compose.service"
    found = engine.containers.list(filters={"label": f"com.docker.compose.project={PROJECT}"})
    return {container.labels[label]: container for container in found}


@pytest.fixture
def addresses(engine: docker.DockerClient) -> Addresses:
    """Begin with the seed data, after a test too that has left the stack down."""
    sandbox("up", DOCKER)
    sandbox("reset", DOCKER)
    return Addresses()
