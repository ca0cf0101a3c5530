"""Browsers of attacks: the next attack takes the one that is there, and the one that nobody needs is closed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from labs import chromium
from labs.browsers import Browsers, Driver
from tests.classroom.room import until


def launched(driver: Driver) -> Any:
    return driver.browser()


@pytest.fixture
def browsers() -> Browsers:
    return Browsers(chromium.launch, stays=0.2)


def test_one_after_another_they_take_the_same(browsers: Browsers) -> None:
    browsers.stays = 60
    first = browsers.play(launched)
    assert browsers.play(launched) is first
    browsers.play(lambda driver: driver.browser().close())
    assert browsers.play(launched) is not first, "it was closed, or has crashed: here is another one"
    assert len(browsers.idle) == 1
    browsers.stays = 0
    browsers.play(lambda _: None)
    until(lambda: not browsers.idle)


def test_at_the_same_time_each_has_its_own_and_all_are_closed_when_nobody_needs_them(browsers: Browsers) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: browsers.play(slowly), range(2))
    assert first is not second
    until(lambda: not browsers.idle)


def slowly(driver: Driver) -> Any:
    driver.browser().new_context().new_page().wait_for_timeout(500)
    return driver.browser()


def test_what_goes_wrong_is_raised_where_it_was_asked_for(browsers: Browsers) -> None:
    with pytest.raises(ZeroDivisionError):
        browsers.play(lambda _: 1 / 0)
    assert browsers.play(lambda _: "the next") == "the next"
