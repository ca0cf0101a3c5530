"""Budget uses a refresh token once, and whoever dies with it holds nobody up (RFC 9700 §4.14.2)."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

import client_app.lock
from client_app.lock import Lock, Taken
from tests.support.budget_world import Budget, showed
from tests.support.lossy_redis import LossyRedis, lossy
from tests.support.stub_parties import Answer

LIFE = 0.3  # seconds


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let locks live for a moment, and their holders extend them as much more often."""
    for name, seconds in {"LIFE": LIFE, "EXTENDED_EVERY": LIFE / 6, "PATIENCE": 3 * LIFE, "AGAIN": 0.01}.items():
        monkeypatch.setattr(client_app.lock, name, seconds)


@pytest.fixture
def lock(budget: Budget) -> Lock:
    return Lock(budget.app.extensions["store"].redis, "budget:lock:a")


@pytest.fixture
def between(valkey: str, tmp_path: Path) -> Iterator[LossyRedis]:
    with lossy(valkey, tmp_path) as found:
        yield found


def another(lock: Lock) -> Lock:
    return Lock(lock.redis, lock.key)


@pytest.mark.usefixtures("quick")
def test_a_killed_holder_costs_no_more_than_the_life_of_its_lock(budget: Budget, lock: Lock) -> None:
    """Nobody extends the lock, so that the page that waits for it comes by itself."""
    budget.connect()
    budget.time += 300
    store = budget.app.extensions["store"]
    [connection] = [key.rpartition(":")[2] for key in store.redis.keys("budget:connection:*")]
    assert Lock(store.redis, f"budget:lock:{connection}").call("acquire", int(LIFE * 1000))  # and then it was killed
    budget.connected()
    assert client_app.lock.LIFE < client_app.lock.PATIENCE


def test_the_lock_of_a_killed_holder_costs_seconds() -> None:
    """As it is set, that is."""
    assert client_app.lock.LIFE < client_app.lock.PATIENCE <= 10


@pytest.mark.usefixtures("quick")
def test_a_lock_is_extended_while_its_holder_works(lock: Lock) -> None:
    """Step mode may hold the refresh for minutes."""
    with lock:
        with pytest.raises(Taken), another(lock):  # who waits for longer than the lock would have lived
            pass
        lock.make_sure()
    with another(lock):
        pass


@pytest.mark.usefixtures("quick")
def test_only_its_holder_frees_or_extends_a_lock(lock: Lock) -> None:
    """After its time it may be another's."""
    with lock:
        lock.redis.set(lock.key, "another's, after ours fell open")
        with pytest.raises(Taken):
            lock.make_sure()
    assert lock.redis.get(lock.key) == "another's, after ours fell open"
    assert lock.redis.pttl(lock.key) == -1


def test_a_holder_does_not_wait_for_its_own_lock(lock: Lock) -> None:
    """The answer to the first attempt may have been lost."""
    assert lock.call("acquire", 1000) and lock.call("acquire", 1000)
    assert not another(lock).call("acquire", 1000)


@pytest.mark.usefixtures("quick")
def test_who_waits_too_long_reads_that_a_refresh_is_under_way(budget: Budget) -> None:
    """Nothing is wrong with the notebook, and a reload helps as soon as the refresh is over."""
    budget.connect()
    budget.time += 300
    asked, go = threading.Event(), threading.Event()
    answer = budget.auth.answer

    def held(request: requests.PreparedRequest, path: str) -> Answer:
        if path == "/token":
            asked.set()
            assert go.wait(5)
        return answer(request, path)

    budget.auth.answer = held  # type: ignore[method-assign]
    first = threading.Thread(target=budget.get, args=("/",))
    first.start()
    assert asked.wait(5)
    page = budget.get("/")
    showed(page, 503)
    assert "Budget is refreshing its access" in page.text and page.headers["Retry-After"]
    go.set()
    first.join()
    budget.connected()
    assert len(budget.auth.forms("refresh_token")) == 1


def test_a_process_that_was_stopped_does_not_use_the_token_after_its_lock_fell_open(budget: Budget) -> None:
    """While it read the metadata, somebody else may have taken the lock."""
    budget.connect()
    budget.time += 300
    store, answer = budget.app.extensions["store"], budget.auth.answer

    def stopped(request: requests.PreparedRequest, path: str) -> Answer:
        if path.startswith("/.well-known"):
            [key] = store.redis.keys("budget:lock:*")
            store.redis.set(key, "another's")
        return answer(request, path)

    budget.auth.answer = stopped  # type: ignore[method-assign]
    showed(budget.get("/"), 503)
    assert budget.auth.forms("refresh_token") == []


def test_who_disconnects_does_not_wait_for_a_refresh(budget: Budget) -> None:
    """The tokens that come too late are given back, as nobody keeps them (RFC 7009 §2.1)."""
    budget.connect()
    form_token = budget.form_token()
    budget.time += 300
    answer = budget.auth.answer

    def meanwhile(request: requests.PreparedRequest, path: str) -> Answer:
        if path == "/token":
            budget.auth.answer = answer  # type: ignore[method-assign]
            assert budget.post("/disconnect", csrf_token=form_token).status_code == 303
        return answer(request, path)

    budget.auth.answer = meanwhile  # type: ignore[method-assign]
    showed(budget.get("/transfers"), 200)  # it asks for nothing at the bank
    page = budget.get("/")
    showed(page, 409)
    revoked = [str(request.body) for request in budget.auth.asked if str(request.url).endswith("/revoke")]
    assert ["refresh-token-0" in revoked[0], "refresh-token-1" in revoked[1]] == [True, True]
    budget.not_connected()
