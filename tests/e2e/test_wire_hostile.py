"""Whatever comes over the wire is text on every page of the classroom, and none of it comes alive."""

import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from playwright.sync_api import Page, expect

from sandbox.acl import ADMIN
from tests.classroom import hostile
from tests.e2e.conftest import Started
from tests.e2e.steps import decide, sign_in
from tests.e2e.test_pages import CHALLENGE
from tests.e2e.wire_steps import PAGES, api, diagram, inspector, open_wire, opened
from tests.support.streams import append
from wire.addresses import Addresses

HOSTILE = "<script>hit=1</script>"


def test_a_hostile_state_is_text_everywhere(page: Page, addresses: Addresses) -> None:
    """Somebody begins a flow by hand, with a script for a `state`; Bank ID carries it along as it must."""
    wire = open_wire(page, addresses)
    query = f"client_id=budget&response_type=code&scope=balance:read&state={quote(HOSTILE)}&{CHALLENGE}"
    page.goto(f"{addresses.origin('auth')}/authorize?{query}&redirect_uri={addresses.origin('budget')}/callback")
    sign_in(page)
    decide(page)
    page.wait_for_url(re.compile("/callback"))
    raw = opened(wire, "Browser to Budget: GET /callback").get_by_role("region", name="Raw HTTP")
    expect(raw).to_contain_text(quote(HOSTILE, safe=""), ignore_case=True)
    expect(inspector(wire).get_by_text(HOSTILE, exact=True).first).to_be_visible()
    for path in PAGES.values():
        wire.goto(addresses.origin("classroom") + path)
        wire.wait_for_timeout(500)
        assert nothing_ran(wire)


def nothing_ran(wire: Page) -> bool:
    """Whether all scripts of the page are ours, and no picture or handler came in with a message."""
    return bool(
        wire.evaluate(
            "typeof hit === 'undefined' && [...document.scripts].every(({src}) => src.startsWith(location.origin))"
            " && !document.querySelector('img, iframe, [onerror], [onload], body style')"
        )
    )


@pytest.mark.skipif(os.environ.get("TEST_RUNTIME") == "docker", reason="writes to the store past the parties")
def test_hostile_text_in_every_field_is_text(page: Page, addresses: Addresses, started: Started) -> None:
    """A stream of what nobody would wish for: every message opens, on every page, and none of it comes alive."""
    state = Path(started[1]["SANDBOX_STATE"])
    password = (state / "secrets" / "redis" / "admin_redis_password").read_text()
    with redis.Redis(unix_socket_path=str(state / "redis.sock"), username=ADMIN, password=password) as store:
        for name in ("script", "attribute", "xml", "template", "unpaired"):
            for entry in hostile.entries(hostile.STRINGS[name]):
                append(store, entry)
    wire = page.context.new_page()
    wire.goto(addresses.origin("classroom") + "/wire?flow=all")
    rows = diagram(wire).locator("li.msg button")
    expect(rows.first).to_be_visible()
    for row in rows.all():
        row.click()
        expect(inspector(wire).get_by_role("heading", level=2)).to_be_visible()
    assert nothing_ran(wire)
    for flow in api(addresses, "/api/flows")["flows"]:
        for path in ("/wire", "/wire/present"):
            wire.goto(f"{addresses.origin('classroom')}{path}?flow={quote(flow['id'])}")
            expect(wire.locator("#inspector h2, #slide article")).to_be_visible()
            assert nothing_ran(wire)
