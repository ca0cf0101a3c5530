"""Under the strict policies of all parties, forms still lead to clients: Chromium checks every hop of a redirect."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from tests.e2e.steps import connect, decide, expect_budget, press_connect, sign_in
from tests.e2e.test_pages import CHALLENGE, phone_app
from tests.support.chromium import FLAGS, executable, must_hand_schemes_to_apps
from wire.addresses import Addresses


def test_sign_in_with_remembered_consent_reaches_the_client(page: Page, addresses: Addresses) -> None:
    """The form of the sign-in page leads over Bank ID to Budget: three hops, two of them elsewhere."""
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.get_by_role("button", name="Disconnect").click()
    page.goto(addresses.origin("auth"))
    page.get_by_role("button", name="Sign out").click()
    page.goto(addresses.origin("budget"))
    press_connect(page)
    sign_in(page)
    expect_budget(page)
    assert page.url == addresses.origin("budget") + "/"


def test_no_page_lets_anything_in_from_elsewhere(page: Page, addresses: Addresses) -> None:
    """Every page on the way has a policy: own things only, no inline script, no frame around it."""
    policies: dict[str, str] = {}

    def note(response: Response) -> None:
        if response.request.is_navigation_request() and response.status == 200:
            policies[response.url.split("?")[0]] = response.header_value("Content-Security-Policy") or ""

    page.on("response", note)
    for party in ("budget", "balance"):
        page.goto(addresses.origin(party))
        press_connect(page)
        if page.get_by_label("Password").is_visible():
            sign_in(page)
        decide(page)
        expect(page.get_by_text("4,182.55").first).to_be_visible()
    assert len(policies) >= 5
    for url, policy in policies.items():
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy, url
        assert "unsafe" not in policy and "*" not in policy and "data:" not in policy, url


@pytest.fixture
def phone(page: Page, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser that hands addresses of a scheme to whoever claimed it: only one with a profile does."""
    must_hand_schemes_to_apps()
    kind = page.context.browser.browser_type  # type: ignore[union-attr]
    context = kind.launch_persistent_context(tmp_path, executable_path=executable(), args=FLAGS)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def test_consent_reaches_an_app_with_a_scheme_of_its_own(phone: BrowserContext, addresses: Addresses) -> None:
    """A page of ours claims `web+piggy`; consent leads there although no policy could name it (RFC 8252 §7.1)."""
    tab, refused = phone.new_page(), []
    phone.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    app = addresses.origin("balance")
    tab.goto(app)
    tools = phone.new_cdp_session(tab)
    tools.send("Page.enable")
    tools.send("Page.setRPHRegistrationMode", {"mode": "autoAccept"})
    tab.evaluate("navigator.registerProtocolHandler('web+piggy', '/?opened=%s')")
    query = f"client_id={phone_app(addresses)}&response_type=code&scope=balance:read&state=s1&{CHALLENGE}"
    tab.goto(addresses.origin("auth") + "/authorize?" + query)
    sign_in(tab)
    expect(tab.get_by_text("Any app on this device can claim such a link")).to_be_visible()
    decide(tab)
    tab.wait_for_url(re.compile(re.escape(app)))
    opened = urlsplit(parse_qs(urlsplit(tab.url).query)["opened"][0])
    assert opened.scheme == "web+piggy"
    answer = parse_qs(opened.query)
    assert answer["state"] == ["s1"] and answer["code"] and answer["iss"] == [addresses.origin("auth")]
    assert refused == []
