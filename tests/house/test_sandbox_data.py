"""What was stored survives a restart of Valkey, and nobody gets in without a name; for Redis see tests/docker."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from werkzeug.test import TestResponse

from sandbox.acl import ADMIN, acl_file
from sandbox.functions import load_functions
from sandbox.parties import PARTIES
from tests.support.bank_world import Bank
from tests.support.embedded_valkey import binary, running_valkey, wait_for
from tests.support.world import World, answered, basic

PASSWORDS = {name: f"{name}'s password" for name in (*(party.name for party in PARTIES), ADMIN)}


@contextmanager
def server(folder: str) -> Iterator[str]:
    """Run Valkey with the sandbox's users and its log of changes in `folder`, as both runtimes do."""
    Path(folder, "users.acl").write_text(acl_file(PASSWORDS))
    options = {
        "port": "0",
        "unixsocket": f"{folder}/v.sock",
        "dir": folder,
        "appendonly": "yes",
        "save": "",
        "aclfile": f"{folder}/users.acl",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen([binary(), *words], stdout=subprocess.DEVNULL)
    try:
        wait_for(f"unix://{folder}/v.sock")
        yield f"unix://{folder}/v.sock"
    finally:
        process.terminate()
        process.wait(60)


def auth(address: str) -> redis.Redis:
    return redis.Redis.from_url(address, username="auth", password=PASSWORDS["auth"], decode_responses=True)


def test_what_commands_transactions_and_functions_stored_survives_a_restart() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with server(folder) as address:
            auth(address).set("auth:command", "kept")
            with auth(address).pipeline(transaction=True) as pipe:
                pipe.set("auth:transaction", "kept")
                pipe.set("auth:other", "kept")
                pipe.execute()
            load_functions(redis.Redis.from_url(address, username=ADMIN, password=PASSWORDS[ADMIN]))
            assert auth(address).fcall("auth_count", 2, "auth:function", "auth:function2", 60, 1, 1) == 1
        with server(folder) as address:
            names = ["auth:command", "auth:transaction", "auth:other", "auth:function", "auth:function2"]
            assert auth(address).mget(names) == ["kept"] * 3 + ["1"] * 2
            assert auth(address).fcall("auth_count", 1, "auth:function", 60, 1) == 0  # the functions are there, too


@pytest.mark.parametrize("password", [None, "", "password"])
def test_nobody_is_the_default_user(password: str | None) -> None:
    username = None if password is None else "default"
    with (
        tempfile.TemporaryDirectory() as folder,
        server(folder) as address,
        pytest.raises(redis.AuthenticationError),
    ):
        redis.Redis.from_url(address, username=username, password=password).ping()


def test_transfers_and_revocations_are_acknowledged_when_they_are_on_disk() -> None:
    """A disk that is full, or never done, makes them a 503; whoever asks again moves no cent twice."""
    with running_valkey() as address, redis.Redis.from_url(address) as administrator:
        bank = Bank(address)
        world, before = World(address, forget=False), bank.balance()
        token = world.redeem(world.code()).get_json()["refresh_token"]
        administrator.config_set("appendonly", "yes")
        administrator.config_set("appendfsync", "no")
        answered(bank.pay(), 503, "temporarily_unavailable")
        answered(revoked(world, token), 503, "temporarily_unavailable")
        administrator.config_set("appendfsync", "everysec")
        for _ in range(2):
            answered(bank.pay(), 201)
            answered(revoked(world, token), 200)
        assert bank.balance() == before - 100


def revoked(world: World, token: str) -> TestResponse:
    return world.post("/revoke", {"token": token}, basic("budget", "budget's secret: 100%"))
