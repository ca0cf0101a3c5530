"""What stays and what goes: `make down && make up` keeps everything, `make reset` nothing."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.commands import DOCKER, sandbox
from wire.addresses import Addresses


@pytest.fixture
def page(chromium: Browser, addresses: Addresses) -> Iterator[Page]:
    """Give a browser in which Alice has connected Budget."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(addresses.origin("budget"))
    page.get_by_role("link", name="Connect your bank").or_(page.get_by_role("button", name="Connect your bank")).click()
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("looking-glass")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_text("4,182.55")).to_be_visible()
    yield page
    context.close()


def seconds_of_a_reset() -> float:
    began = time.monotonic()
    sandbox("reset", DOCKER)
    return time.monotonic() - began


def test_down_and_up_again_keep_the_connection_and_the_session(page: Page, addresses: Addresses) -> None:
    sandbox("down", DOCKER)
    sandbox("up", DOCKER)
    page.goto(addresses.origin("budget"))
    expect(page.get_by_text("4,182.55")).to_be_visible()
    page.goto(addresses.origin("auth") + "/apps")
    expect(page.get_by_role("heading", name="Budget")).to_be_visible()


def test_reset_signs_everyone_out_in_under_two_seconds(page: Page, addresses: Addresses) -> None:
    assert any(seconds_of_a_reset() < 2 for _ in range(3))  # whatever else the machine does
    sandbox("reset", DOCKER | {"SANDBOX_AUTH_PORT": "1", "SANDBOX_BANK_PORT": "2"})  # those that run are asked
    page.goto(addresses.origin("budget"))
    expect(page.get_by_text("Connect your bank").first).to_be_visible()
    page.goto(addresses.origin("auth") + "/apps")
    expect(page.get_by_label("Password")).to_be_visible()
