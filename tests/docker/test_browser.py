"""`make browser` where there is no browser: root ends with one, and anybody else with one sentence."""

import io
import os
import tarfile
from collections.abc import Callable, Iterator

import docker
import pytest
from docker.models.containers import Container

from sandbox.browser import REMEDY
from sandbox.settings import ROOT

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
PATIENCE = 300  # seconds: apt downloads and installs some 100 MB
GET_ONE = "python -m sandbox.browser && python -c 'from wire.browser import executable; print(executable())'"
Machine = Callable[[str], Container]


@pytest.fixture
def machine(engine: docker.DockerClient, containers: dict[str, Container]) -> Iterator[Machine]:
    """Give what runs `make browser` as somebody, in the labs' image: it holds Playwright, and no browser."""
    started: list[Container] = []

    def get_one_as(user: str) -> Container:
        proxies = {name: os.environ[name] for name in PROXIES if name in os.environ}
        image = containers["labs"].image
        assert image
        shell = ["sh", "-c", GET_ONE]  # in the place of the labs' server
        container = engine.containers.create(image, entrypoint=shell, user=user, environment=proxies)
        started.append(container)
        container.put_archive("/app", packed("sandbox"))
        container.start()
        return container

    yield get_one_as
    for container in started:
        container.remove(force=True)


def packed(package: str) -> bytes:
    """Return a package's modules as an archive."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as folder:
        for module in sorted((ROOT / package).glob("*.py")):
            folder.add(module, f"{package}/{module.name}")
    return archive.getvalue()


def test_root_ends_with_a_browser(machine: Machine) -> None:
    container = machine("0")
    status = container.wait(timeout=PATIENCE)["StatusCode"]
    lines = container.logs().decode().splitlines()
    assert status == 0, lines
    assert lines[-2:] == ["The browser for the tests is /usr/bin/chromium.", "/usr/bin/chromium"]


def test_anybody_else_ends_with_the_sentence(machine: Machine) -> None:
    container = machine("10006")
    assert container.wait(timeout=PATIENCE)["StatusCode"] == 1
    assert container.logs(stdout=False).decode().splitlines() == [REMEDY]
