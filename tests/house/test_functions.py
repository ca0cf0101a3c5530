"""Lua at Redis is the administrator's: each party has one file of functions, and says so where they are missing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask

from sandbox.acl import rules
from sandbox.functions import LIBRARIES, load_functions
from sandbox.limits import LIMITS, as_options
from sandbox.parties import PARTIES
from sandbox.settings import ROOT
from sandbox.supervisor import valkey as program_of_valkey
from tests.support.bank_world import Bank
from tests.support.budget_world import Budget
from tests.support.embedded_valkey import running_valkey
from tests.support.world import World, basic
from wire.journal import Settings as WireSettings

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


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda path: path.parent.name)
def test_the_table_of_users_allows_what_the_functions_do(library: Path) -> None:
    """What a function calls is held against its caller's rules, and most tests call as a user who may do all."""
    [party] = [party for party in PARTIES if party.package == library.parent.name]
    called = {f"+{name.lower()}" for name in re.findall(r"redis\.call\('([A-Z]+)'", library.read_text())}
    assert called and called <= set(rules(party).split())


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


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """Run a Redis whose keys are those of parties that were taken over."""
    with running_valkey() as address, redis.Redis.from_url(address, decode_responses=True) as client:
        yield client


def too_many_grants(store: Any) -> list[Any]:
    pipe = store.pipeline(transaction=False)
    for start in range(0, 60_000, 1000):
        pipe.zadd("auth:grants_of:eve", {f"grant-{number}": 1 for number in range(start, start + 1000)})
    pipe.execute()
    return ["withdraw", 4, "auth:a", "auth:b", "auth:c", "auth:grants_of:eve", "budget", "auth:grant:"]


def a_long_record(store: Any) -> list[Any]:
    store.set("auth:token:long", "[" + "1," * 1_000_000 + "1]")
    return ["introspect", 1, "auth:token:long", "auth:grant:", 1, "auth:used_by:"]


def a_long_consent(store: Any) -> list[Any]:
    store.set("auth:consent:long", "[" + "1," * 1_000_000 + "1]")
    return ["remember", 2, "auth:consent:long", "auth:consents:eve", "budget", "[]", "[]"]


def many_counters(_: Any) -> list[Any]:
    return ["count", 100_000, *(f"auth:counter:{number}" for number in range(100_000)), 60, *[1] * 100_000]


TOO_MUCH: list[Callable[[Any], list[Any]]] = [too_many_grants, a_long_record, a_long_consent, many_counters]


@pytest.mark.parametrize("prepare", TOO_MUCH, ids=lambda prepare: prepare.__name__)
def test_a_function_goes_through_no_more_than_its_party_ever_stores(store: Any, prepare: Any) -> None:
    """Redis does nothing else meanwhile, so a party that was taken over could keep it from all others."""
    name, *arguments = prepare(store)
    with pytest.raises(redis.ResponseError, match="Bank ID"):
        store.fcall(f"auth_{name}", *arguments)


def test_the_books_that_a_bank_begins_with_are_short(store: Any) -> None:
    with pytest.raises(redis.ResponseError, match="no bank begins"):
        store.fcall("bank_plant", 2, "bank:accounts", "bank:balances", "[" + "{}," * 100_000 + "{}]")


def test_of_too_many_grants_the_one_that_ends_first_ends_now(store: Any) -> None:
    """So the page of apps with access can always be emptied in one step."""
    store.delete("auth:grants_of:bob")
    for start in range(0, 50_000, 1000):
        store.zadd("auth:grants_of:bob", {f"grant-{number}": 1000 + number for number in range(start, start + 1000)})
    store.hset("auth:grant:grant-0", mapping={"record": "{}", "revoked": "0"})
    keys = ["auth:grant:new", "auth:code:none", "auth:grants_of:bob", "auth:consent:bob:budget"]
    assert store.fcall("auth_begin_grant", 4, *keys, "{}", 60, "", "new", 99_999, 500, "[]") == 1
    assert store.hget("auth:grant:grant-0", "revoked") == "1"
    assert store.zcard("auth:grants_of:bob") == 50_000 and store.zscore("auth:grants_of:bob", "new") == 99_999


def test_both_runtimes_set_the_same_limits() -> None:
    """Without `maxmemory` a party that was taken over, or a flood, takes the machine's memory with it."""
    options = " ".join(as_options())
    docker = " ".join(re.sub(r'[][",]', " ", (ROOT / "docker-compose.yml").read_text()).split())
    assert options in docker and options in program_of_valkey()


def test_full_streams_of_the_longest_messages_fit_into_memory() -> None:
    """Else whoever floods the parties could have all writes refused."""
    wire = WireSettings()
    gigabytes = len(PARTIES) * wire.entries * (wire.largest_body + wire.largest_headers) / 2**30
    assert gigabytes < float(LIMITS["maxmemory"].removesuffix("gb")) and LIMITS["maxmemory-policy"] == "noeviction"


def test_where_redis_is_full_the_parties_say_503_and_go_on_when_it_is_not() -> None:
    """Nothing is decided without the store, and nothing is forgotten to make room (RFC 9110 §15.6.4)."""
    with running_valkey() as address, redis.Redis.from_url(address) as administrator:
        bank, budget, world = Bank(address), Budget(address), World(address)  # each empties the store
        code = world.code()

        def statuses() -> list[int]:
            return [
                world.redeem(code).status_code,
                world.register(redirect_uris=["https://app.example/callback"]).status_code,
                world.post("/introspect", {"token": "x"}, basic("bank", "bank's secret")).status_code,
                world.ask("GET", "/readyz").status_code,
                bank.app.test_client().get("/readyz").status_code,
                budget.app.test_client().get("/readyz").status_code,
                budget.get("/connect").status_code,
            ]

        administrator.config_set("maxmemory", 1)
        assert set(statuses()) == {503}
        assert world.ask("GET", "/readyz").get_json()["reason"] == "NothingIsTaken"
        administrator.config_set("maxmemory", 0)
        assert statuses()[0] == 200, "the code was not used up by the request that was refused"
        assert 503 not in statuses()
