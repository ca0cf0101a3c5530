"""Lua at Redis is the administrator's: each party has one file of functions, and says so where they are missing."""

import re
from pathlib import Path

import pytest
import redis
from flask import Flask

from sandbox.functions import LIBRARIES, load_functions
from sandbox.settings import ROOT
from tests.support.bank_world import Bank
from tests.support.budget_world import Budget
from tests.support.embedded_valkey import running_valkey
from tests.support.world import World

SERVICES = ("auth_server", "resource_server", "client_app", "spa", "classroom", "labs", "wire")
EVAL = re.compile(r"\.eval\(|register_script|script_load|evalsha|\.lock\(|RedisStorage")


@pytest.mark.parametrize("service", SERVICES)
def test_no_party_sends_a_script(service: str) -> None:
    files = [*Path(ROOT, service).rglob("*.py")]
    assert files
    assert not [str(file) for file in files if EVAL.search(file.read_text())]


def test_what_docker_loads_is_what_the_local_runtime_loads() -> None:
    copied = re.findall(r"^COPY (\S+/functions\.lua) ", (ROOT / "sandbox/functions.Dockerfile").read_text(), re.M)
    assert copied and [ROOT / path for path in copied] == list(LIBRARIES)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda path: path.parent.name)
def test_a_library_names_its_party_in_every_function(library: Path) -> None:
    text = library.read_text()
    name = re.match(r"#!lua name=(\w+)\n", text)
    functions = re.findall(r"redis\.register_function\('(\w+)'", text)
    assert name and f"{name[1]}_is_ready" in functions
    assert all(function.startswith(f"{name[1]}_") for function in functions)


def test_a_party_whose_functions_are_missing_or_whose_store_takes_nothing_is_not_ready() -> None:
    with running_valkey() as address, redis.Redis.from_url(address) as administrator:
        parties = [World(address).app, Bank(address).app, Budget(address).app]
        administrator.function_flush()
        assert [why_not_ready(app) for app in parties] == ["FunctionsMissing"] * 3
        load_functions(administrator)
        administrator.config_set("maxmemory", 1)  # full, as a disk can be
        assert [why_not_ready(app) for app in parties] == ["NothingIsTaken"] * 3
        administrator.config_set("maxmemory", 0)
        assert [app.test_client().get("/readyz").status_code for app in parties] == [200, 200, 200]


def why_not_ready(app: Flask) -> str:
    """Return the reason that a party gives for not being ready."""
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    return str(answer.get_json()["reason"])
