"""The wall in Redis: a party works on its own keys, appends to the wire, and does nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from redis.exceptions import NoPermissionError

from sandbox.acl import ADMIN, acl_file
from sandbox.parties import PARTIES
from tests.support.embedded_valkey import running_valkey
from wire.step_channel import channel_of

NAMES = [party.name for party in PARTIES]
WITH_KEYS = [party.name for party in PARTIES if party.keys]
ON_THE_WIRE = [party.name for party in PARTIES if not party.observes]
HOLDING = [party.name for party in PARTIES if party.holds]
User = Callable[[str], Any]
HELPFUL = """#!lua name=helpful
redis.register_function('reads_any_key', function(keys, args) return redis.call('GET', args[1]) end)"""


@pytest.fixture(scope="module")
def user() -> Iterator[User]:
    """Run Redis under the sandbox's own table of users; gives a client for a user's name."""
    passwords = {name: f"{name}'s password" for name in (*NAMES, ADMIN)}
    with running_valkey(acl_file(passwords)) as address:
        yield lambda name: redis.Redis.from_url(address, username=name, password=passwords[name])


def others_keys(user: User, name: str) -> list[str]:
    """Plant a key for every other party, and return them."""
    keys = [f"{other}:secret" for other in WITH_KEYS if other != name]
    for key in keys:
        user(ADMIN).set(key, "theirs")
    return keys


@pytest.mark.parametrize("name", WITH_KEYS)
def test_a_party_works_on_its_own_keys(user: User, name: str) -> None:
    own = user(name)
    own.set(f"{name}:key", "1")
    assert own.get(f"{name}:key") == b"1"


@pytest.mark.parametrize("name", [name for name in WITH_KEYS if name in ON_THE_WIRE])
def test_a_function_may_do_what_its_caller_may_and_no_more(user: User, name: str) -> None:
    user("admin").function_load(HELPFUL, replace=True)
    own = user(name)
    assert own.fcall("auth_count", 1, f"{name}:counter", 60, 1) == 1
    for key in others_keys(user, name):
        with pytest.raises(NoPermissionError):
            own.fcall("auth_uncount", 1, key)
        with pytest.raises(redis.ResponseError, match="permission"):
            own.fcall("reads_any_key", 0, key)  # a key that was not announced


@pytest.mark.parametrize("name", NAMES)
def test_a_party_reads_and_changes_no_key_of_another(user: User, name: str) -> None:
    own = user(name)
    for key in others_keys(user, name):
        for act in (own.get, own.delete, own.unlink, lambda key: own.rename(key, f"{name}:mine")):
            with pytest.raises(NoPermissionError):
                act(key)
        with pytest.raises(NoPermissionError):
            own.copy(key, f"{name}:mine")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "command",
    [
        *(
            "KEYS *",
            "SCAN 0",
            "RANDOMKEY",
            "CLIENT TRACKING ON BCAST",
            "FLUSHALL",
            "FLUSHDB",
            "CONFIG GET *",
            "ACL LIST",
        ),
        *("FUNCTION LIST", "FUNCTION FLUSH", "FUNCTION KILL", "FUNCTION DELETE auth", "FUNCTION STATS"),
        *("SCRIPT FLUSH", "SCRIPT KILL", "SCRIPT DEBUG SYNC", "SCRIPT LOAD x", "SCRIPT EXISTS x"),
        *("EVAL x 0", "EVAL_RO x 0", "EVALSHA x 0", "EVALSHA_RO x 0", "FUNCTION LOAD x", "FUNCTION RESTORE x"),
    ],
)
def test_a_party_learns_no_key_names_and_runs_nothing_dangerous(user: User, name: str, command: str) -> None:
    with pytest.raises(NoPermissionError):
        user(name).execute_command(*command.split())


@pytest.mark.parametrize("name", ON_THE_WIRE)
def test_a_party_appends_to_its_own_stream_and_neither_reads_nor_changes_it(user: User, name: str) -> None:
    own = user(name)
    stream = f"wire:{name}"
    own.xadd(stream, {"said": "hello"})
    for act in (
        lambda: own.xrange(stream),
        lambda: own.xlen(stream),
        lambda: own.delete(stream),
        lambda: own.rename(stream, f"{name}:wire"),
        lambda: own.xtrim(stream, maxlen=0),
        lambda: own.set(stream, "nothing"),
    ):
        with pytest.raises(NoPermissionError):
            act()
    for other in NAMES:
        if other != name:
            with pytest.raises(NoPermissionError):
                own.xadd(f"wire:{other}", {"said": "in another one's name"})


def test_the_classroom_reads_the_wire_and_writes_nothing_on_it(user: User) -> None:
    user("auth").xadd("wire:auth", {"said": "hello"})
    own = user("classroom")
    assert own.xread({"wire:auth": "0"})
    assert own.xinfo_stream("wire:auth")["length"] >= 1
    for act in (
        lambda: own.xadd("wire:auth", {"said": "lies"}),
        lambda: own.xtrim("wire:auth", maxlen=0),
        lambda: own.rename("wire:auth", "classroom:wire"),
        lambda: own.set("wire:auth", "nothing"),
    ):
        with pytest.raises(NoPermissionError):
            act()


def test_the_classroom_can_begin_a_stream_anew_that_takes_no_more(user: User) -> None:
    user("auth").xadd("wire:auth", {"said": "the last word"}, id=f"{2**64 - 1}-{2**64 - 1}")
    with pytest.raises(redis.ResponseError):
        user("auth").xadd("wire:auth", {"said": "more"})
    user("classroom").delete("wire:auth")
    assert user("auth").xadd("wire:auth", {"said": "more"})


@pytest.mark.parametrize("name", HOLDING)
def test_only_the_classroom_steers_step_mode(user: User, name: str) -> None:
    own = channel_of(name)
    with user(name).pubsub() as channel:
        channel.subscribe(own)
        assert channel.get_message(timeout=20)["type"] == "subscribe"
        with pytest.raises(NoPermissionError):
            user(name).publish(own, "on")
        user("classroom").publish(own, "on")
        assert channel.get_message(timeout=20)["data"] == b"on"


@pytest.mark.parametrize(("name", "other"), [(name, other) for name in NAMES for other in NAMES if name != other])
def test_nobody_hears_of_an_edit_but_the_party_that_holds(user: User, name: str, other: str) -> None:
    """It may hold a client secret or a code; the labs, where nothing is held, hear nothing at all."""
    for hear in ("subscribe", "psubscribe"):
        with user(name).pubsub() as channel, pytest.raises(NoPermissionError):
            getattr(channel, hear)(channel_of(other))
            channel.get_message(timeout=2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pattern", ["another", "step:*", "step:labs"])
def test_no_other_channel_is_open(user: User, name: str, pattern: str) -> None:
    with user(name).pubsub() as channel, pytest.raises(NoPermissionError):
        channel.psubscribe(pattern)
        channel.get_message(timeout=2)


def test_the_host_of_the_page_has_no_key_at_all(user: User) -> None:
    with pytest.raises(NoPermissionError):
        user("balance").get("balance:anything")


@pytest.mark.parametrize("name", WITH_KEYS)
@pytest.mark.parametrize(
    "command",
    [
        *(
            "ZUNIONSTORE {own} 2 {own} {own}",
            "SUNION {own} {own}",
            "LCS {own} {own}",
            "SORT {own}",
            "BITOP NOT {own} {own}",
        ),
        *("SETRANGE {own} 4000000 x", "LINSERT {own} BEFORE x y", "PFCOUNT {own}", "ZREMRANGEBYSCORE {own} 0 1"),
    ],
)
def test_a_party_runs_no_command_whose_work_a_key_of_its_own_can_multiply(user: User, name: str, command: str) -> None:
    """One of them, over a long key named a thousand times, would hold Redis for minutes."""
    with pytest.raises(NoPermissionError):
        user(name).execute_command(*command.format(own=f"{name}:key").split())


def test_a_value_is_not_longer_than_a_function_may_copy(user: User) -> None:
    with pytest.raises(redis.RedisError):
        user("auth").set("auth:session:long", b"x" * 4_200_000)
