"""Fixtures: a fresh bank, or a fresh Balance in a real tab, for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.balance_world import Balance, running_balance
from tests.support.bank_world import Bank
from tests.support.budget_world import Budget


@pytest.fixture
def bank(valkey: str) -> Bank:
    return Bank(valkey)


@pytest.fixture
def balance(chromium: Browser) -> Iterator[Balance]:
    with running_balance(chromium) as running:
        yield running


@pytest.fixture
def budget(valkey: str) -> Budget:
    return Budget(valkey)
