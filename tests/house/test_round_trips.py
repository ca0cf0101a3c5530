"""What a request costs at Redis: round trips counted at its socket, with few tokens stored and with 100,000."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.support.embedded_valkey import running_valkey
from tests.support.redis_turns import Turns, counted
from tests.support.world import World, answered, sent_back

FLOW, REFRESH, INTROSPECTION = 4, 2, 1
MANY = 100_000
COPY = """#!lua name=test
-- Copies a token and its grant under new names. keys: token, grant. args: their ids, first and last number.
local function copy(KEYS, ARGV)
local token, grant = redis.call('GET', KEYS[1]), redis.call('HGET', KEYS[2], 'record')
for n = tonumber(ARGV[3]), tonumber(ARGV[4]) do
  local token_id, grant_id = redis.sha1hex(n) .. string.format('%024d', n), 'grant-' .. n
  local function renamed(text) return (text:gsub(ARGV[1], token_id):gsub(ARGV[2]:gsub('%-', '%%-'), grant_id)) end
  redis.call('SET', KEYS[1]:sub(1, -#ARGV[1] - 1) .. token_id, renamed(token), 'EX', 3600)
  local key = KEYS[2]:sub(1, -#ARGV[2] - 1) .. grant_id
  redis.call('HSET', key, 'record', renamed(grant), 'revoked', '0')
  redis.call('EXPIRE', key, 3600)
end
end
redis.register_function('test_copy', copy)
"""


class Busy(World):
    """A world in which Alice is signed in and remembered, every script is known and every connection is open."""

    def __init__(self, turns: Turns) -> None:
        super().__init__(turns.address)
        self.turns = turns
        tokens = answered(self.redeem(self.code()), 200).get_json()
        answered(self.refresh(tokens["refresh_token"]), 200)
        self.introspect(tokens["access_token"])

    def flow(self) -> dict[str, str]:
        return dict(answered(self.redeem(sent_back(self.authorize())["code"]), 200).get_json())

    def costs(self) -> tuple[int, int, int]:
        """Return the round trips of a full flow, a refresh and an introspection."""
        before = self.turns.taken
        tokens = self.flow()
        after_flow = self.turns.taken
        answered(self.refresh(tokens["refresh_token"]), 200)
        after_refresh = self.turns.taken
        assert self.introspect(tokens["access_token"])["active"] is True
        return after_flow - before, after_refresh - after_flow, self.turns.taken - after_refresh

    def plant(self, number: int) -> None:
        """Store copies of a living token, each with a grant of its own."""
        self.redeem(self.code())
        [grant, *_] = self.redis.keys("auth:grant:*")
        [token] = [key for key in self.redis.keys("auth:token:*") if self.names(key, grant)][:1]
        ids = [token.rpartition(":")[2], grant.rpartition(":")[2]]
        self.redis.function_load(COPY, replace=True)
        for first in range(0, number, 5000):
            self.redis.fcall("test_copy", 2, token, grant, *ids, first, min(first + 5000, number) - 1)

    def names(self, token: str, grant: str) -> bool:
        return grant.rpartition(":")[2] in str(self.redis.get(token))

    def seconds(self) -> float:
        """Return how long a full flow, a refresh and an introspection take."""
        began = time.perf_counter()
        self.costs()
        return time.perf_counter() - began


@pytest.fixture(scope="module")
def worlds() -> Iterator[tuple[Busy, Busy]]:
    """Give two worlds on two servers: one with few tokens, one with 100,000 that live."""
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as two,
        running_valkey() as first,
        running_valkey() as second,
        counted(first, Path(one)) as to_few,
        counted(second, Path(two)) as to_many,
    ):
        few, many = Busy(to_few), Busy(to_many)
        many.plant(MANY)
        yield few, many


def test_a_flow_a_refresh_and_an_introspection_keep_to_their_round_trips(worlds: tuple[Busy, Busy]) -> None:
    flow, refresh, introspection = worlds[0].costs()
    assert 0 < flow <= FLOW
    assert 0 < refresh <= REFRESH
    assert 0 < introspection <= INTROSPECTION


def test_a_hundred_thousand_tokens_cost_no_more_round_trips(worlds: tuple[Busy, Busy]) -> None:
    few, many = worlds
    assert many.redis.dbsize() > 2 * MANY
    assert many.costs() == few.costs()


def test_a_hundred_thousand_tokens_slow_nothing_down(worlds: tuple[Busy, Busy]) -> None:
    few, many = worlds
    pairs = [(few.seconds(), many.seconds()) for _ in range(40)]  # by turns: what else the machine does hits both
    ratio = median(full for _, full in pairs) / median(empty for empty, _ in pairs)
    print(f"with {MANY} tokens a flow, a refresh and an introspection take {ratio:.2f} times as long")
    assert ratio < 1.5


def test_the_counter_sees_a_pipeline_as_one_and_single_commands_as_many(worlds: tuple[Busy, Busy]) -> None:
    few = worlds[0]
    few.redis.ping()
    before = few.turns.taken
    with few.redis.pipeline() as pipe:
        for name in ("a", "b", "c"):
            pipe.get(name)
        pipe.execute()
    assert few.turns.taken - before == 1
    few.redis.get("a"), few.redis.get("b"), few.redis.get("c")
    assert few.turns.taken - before == 4
