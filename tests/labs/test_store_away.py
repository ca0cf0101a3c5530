"""While Redis is away the labs say so, and when it is back the same button works (RFC 9110 §15.6.4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

import labs
from labs.config import Settings
from labs.syllabus import all_labs
from tests.support.embedded_valkey import running_valkey
from tests.support.lossy_redis import LossyRedis, lossy

LABS = "http://labs.localhost:9100"
ASKED = [
    ("GET", LABS, "/api/labs/code-replay/verdict"),
    ("POST", LABS, "/api/labs/code-replay/attack"),
    ("POST", LABS, "/api/labs/code-replay/reset"),
    ("PUT", LABS, "/api/labs/code-replay/defence"),
    ("GET", LABS, "/api/labs"),
    ("GET", LABS, "/labs/login-csrf"),  # a world that is not made yet
    ("GET", "http://auth-login-csrf.localhost:9100", "/login"),
    ("GET", "http://budget-code-replay.localhost:9100", "/"),
    ("GET", "http://attacker-code-replay.localhost:9100", "/loot"),
]


@pytest.fixture(scope="module")
def between(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LossyRedis]:
    with running_valkey() as address, lossy(address, Path(tmp_path_factory.mktemp("redis"))) as found:
        yield found


@pytest.fixture(scope="module")
def client(between: LossyRedis) -> Client:
    known = {name: all_labs()[name] for name in ("code-replay", "login-csrf")}
    app = labs.create_app(Settings(redis_url=between.address, redis_username="default"), known)
    made = Client(app, use_cookies=False)
    assert made.put("/api/labs/code-replay/defence", base_url=LABS, json={"on": True}).status_code == 200
    return made


@pytest.mark.parametrize(("method", "origin", "path"), ASKED)
def test_the_labs_rest_and_say_when_to_come_back(
    between: LossyRedis,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    method: str,
    origin: str,
    path: str,
) -> None:
    with between.away():
        answer = client.open(path, method=method, base_url=origin, json={"on": False})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), answer.text
    assert "Their store does not answer" in answer.text
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("path", ["/reset", "/defence"])
def test_the_same_button_works_as_soon_as_redis_is_back(between: LossyRedis, client: Client, path: str) -> None:
    """However far it came before (RFC 9110 §10.2.3)."""
    method = "PUT" if path == "/defence" else "POST"
    for number in range(1, 12):
        between.lose_number(number)
        client.open(f"/api/labs/code-replay{path}", method=method, base_url=LABS, json={"on": False})
        between.losses.clear()
        answer = client.open(f"/api/labs/code-replay{path}", method=method, base_url=LABS, json={"on": False})
        assert answer.status_code == 200, (number, answer.text)
    page = client.get("/login", base_url="http://auth-code-replay.localhost:9100")
    assert page.status_code == 200
