"""No party sends Redis a command twice: where no answer comes, a write may have happened (see `wire.quick_redis`)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

import classroom.config
import classroom.reader
import spa
from sandbox.settings import ROOT
from tests.support.bank_world import Bank
from tests.support.budget_world import Budget
from tests.support.lossy_redis import LossyRedis, lossy
from tests.support.world import World
from wire.quick_redis import ONCE, AnswerLost, quick_redis

SERVICES = ("auth_server", "resource_server", "client_app", "spa", "classroom", "labs", "wire")
MAKES_A_CLIENT = re.compile(r"\bRedis(Cluster)?(\.from_\w+)?\(|\bfrom_url\(|StrictRedis")
WHERE_CLIENTS_ARE_MADE = {"wire/quick_redis.py", "classroom/reader.py"}


@pytest.fixture
def between(valkey: str, tmp_path: Path) -> Iterator[LossyRedis]:
    with lossy(valkey, tmp_path) as found:
        yield found


def test_clients_are_made_in_two_places() -> None:
    files = {str(file.relative_to(ROOT)): file for service in SERVICES for file in Path(ROOT, service).rglob("*.py")}
    assert {name for name, file in files.items() if MAKES_A_CLIENT.search(file.read_text())} == WHERE_CLIENTS_ARE_MADE


def test_no_connection_of_any_party_tries_again(valkey: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by itself, and not by the library's habit."""
    kept: list[dict[str, Any]] = []
    make = redis.ConnectionPool.__init__

    def made(self: Any, *args: Any, **options: Any) -> None:
        kept.append(options)
        make(self, *args, **options)

    monkeypatch.setattr(redis.ConnectionPool, "__init__", made)
    for party in (World, Bank, Budget):
        party(valkey)
    spa.create_app(spa.config.Settings(redis_url=valkey))
    classroom.reader.connect(classroom.config.Settings(redis_url=valkey))
    ours = [options for options in kept if "socket_timeout" in options or options.get("client_name") == "classroom"]
    assert len(ours) >= 9 and ONCE.get_retries() == 0
    assert all(options["retry"] is ONCE for options in ours)


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize(
    "command", [("HDEL", "a", "b"), ("SET", "a", "b", "NX"), ("FCALL", "budget_acquire", "1", "a", "b", "1")]
)
def test_an_answer_that_is_lost_is_said_to_be_lost(
    between: LossyRedis, command: tuple[str, ...], arrives: bool
) -> None:
    """Whether the command arrived cannot be told apart, and it is sent once."""
    client = quick_redis(between.address)
    between.lose(command[0], arrives=arrives)
    with pytest.raises(AnswerLost):
        client.execute_command(*command)
    assert between.times(command[0]) == 1
    assert client.ping()


def test_a_command_that_was_never_sent_is_not_said_to_be_lost(tmp_path: Path) -> None:
    client = quick_redis(f"unix://{tmp_path}/nobody")
    with pytest.raises(redis.ConnectionError) as caught:
        client.get("a")
    assert not isinstance(caught.value, AnswerLost)


def test_a_connection_that_was_closed_meanwhile_is_found_out_before_anything_is_sent_on_it(between: LossyRedis) -> None:
    """So a Redis that was started anew costs no request an error."""
    client = quick_redis(between.address)
    assert client.ping()
    between.hang_up()
    assert client.ping()
    assert between.times("PING") == 2
