"""414 and 431 are pages like any other, and JSON for programs (RFC 9110 §15.5.15, RFC 6585 §5)."""

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from tests.support.budget_world import BUDGET, Budget
from tests.support.world import AUTH, World, answered

TOO_LONG = {"environ_overrides": {"RAW_URI": "/?state=" + "x" * 10_000}}
TOO_MANY = {"headers": [(f"X-{number}", "1") for number in range(200)]}
TOO_LARGE = {"headers": [("Cookie", "a=" + "x" * 100_000)]}
HEADS = [(414, TOO_LONG), (431, TOO_MANY), (431, TOO_LARGE)]


def is_a_page(answer: TestResponse, status: int, words: str) -> None:
    assert answer.status_code == status and answer.mimetype == "text/html"
    assert words in answer.text and "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(("status", "head"), HEADS)
def test_bank_id_says_so_on_a_page(world: World, status: int, head: dict[str, Any]) -> None:
    words = "longer than we read" if status == 414 else "more header fields"
    for method, path in (("GET", "/authorize"), ("GET", "/login"), ("POST", "/login"), ("GET", "/nowhere")):
        is_a_page(world.back_channel.open(path, method=method, base_url=AUTH, **head), status, words)


@pytest.mark.parametrize(("status", "head"), HEADS)
def test_bank_id_says_so_to_programs_in_json(world: World, status: int, head: dict[str, Any]) -> None:
    answered(world.back_channel.post("/token", base_url=AUTH, **head), status, "invalid_request")


@pytest.mark.parametrize(("status", "head"), HEADS)
def test_budget_says_so_on_a_page(budget: Budget, status: int, head: dict[str, Any]) -> None:
    words = "too long" if status == 414 else "more header fields"
    is_a_page(Client(budget.app, use_cookies=False).get("/callback", base_url=BUDGET, **head), status, words)
