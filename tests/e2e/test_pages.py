"""Every page of every party, on a desk and on a phone, by day and by night: what it owes to whoever reads it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, decide, press_connect, sign_in
from wire.addresses import Addresses
from wire.session import http_session

AUDIT = (Path(__file__).parent / "audit.js").read_text()
CHALLENGE = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
SIZES = ({"width": 1440, "height": 900}, {"width": 360, "height": 740})


def check(page: Page, where: str) -> None:
    """Audit the page as it is now, at both sizes, in both schemes."""
    expect(page.locator("button:disabled")).to_have_count(0)  # Balance's rest while it works
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            complaints = page.evaluate(AUDIT)
            assert complaints == [], f"{where}, {size['width']} px, {scheme}"


def phone_app(addresses: Addresses) -> str:
    """Register an app that comes back by a scheme of its own, as anybody may (RFC 7591 §3); return its client id."""
    metadata = {
        "client_name": "Piggy with a rather long name for a narrow page",
        "redirect_uris": ["web+piggy://auth_code_handler"],
        "token_endpoint_auth_method": "none",
        "application_type": "native",
        "grant_types": ["authorization_code"],
    }
    answer: requests.Response = http_session("a test").post(addresses.origin("auth") + "/register", json=metadata)
    assert answer.status_code == 201
    return str(answer.json()["client_id"])


STRANGER = (
    ("auth", "/login", 200),
    ("auth", "/logout", 200),
    ("auth", "/authorize?client_id=nobody", 400),
    ("auth", "/authorize?client_id=budget&redirect_uri=http://budget.localhost@attacker.localhost/collect-it-all", 400),
    ("auth", "/nothing", 404),
    ("auth", "/consent", 405),
    ("budget", "/", 200),
    ("budget", "/callback?code=a&state=b", 400),
    ("budget", "/transfers", 409),
    ("budget", "/leave?to=https://elsewhere.example/with/a/rather/long/path/and/no/space/to/break", 400),
    ("budget", "/nothing", 404),
    ("budget", "/disconnect", 405),
    ("balance", "/", 200),
    ("balance", "/callback?code=a&state=b", 200),
    ("balance", "/leave?to=https://elsewhere.example", 400),
    ("balance", "/nothing", 404),
)


@pytest.mark.parametrize("party", ["auth", "budget", "balance"])
def test_pages_for_a_stranger(page: Page, addresses: Addresses, party: str) -> None:
    for owner, path, status in STRANGER:
        if owner == party:
            answer = page.goto(addresses.origin(owner) + path)  # type: ignore[arg-type]
            assert answer is not None and answer.status == status
            check(page, party + path)


def test_the_page_for_a_wrong_host(page: Page, addresses: Addresses) -> None:
    answer = page.goto(f"http://127.0.0.1:{addresses.budget_port}/")
    assert answer is not None and answer.status == 421
    check(page, "wrong host")
    page.get_by_role("link").click()
    expect(page).to_have_url(addresses.origin("budget") + "/")


def test_pages_of_bank_id_on_the_way_to_consent(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget") + "/connect")
    expect(page.get_by_text("Budget wants to use your bank")).to_be_visible()
    expect(
        page.get_by_text(re.compile(f"go back to {addresses.origin('budget').removeprefix('http://')}"))
    ).to_be_visible()
    check(page, "sign-in for an app")
    sign_in(page, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    check(page, "wrong password")
    sign_in(page)
    check(page, "consent")
    page.evaluate("for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = 'old'")
    decide(page, "Deny")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was done")
    expect(page.get_by_role("heading", name="Budget wants to use your bank")).to_be_visible()
    check(page, "an old form")
    page.goto(addresses.origin("auth") + "/apps")
    check(page, "no apps")
    page.goto(addresses.origin("auth") + "/logout")
    check(page, "sign out")
    query = f"client_id={phone_app(addresses)}&response_type=code&scope=balance:read+transactions:read&{CHALLENGE}"
    page.goto(addresses.origin("auth") + "/authorize?" + query)
    expect(page.get_by_role("checkbox", name="Read your transactions")).to_be_checked()
    check(page, "consent for a phone app")


def test_the_page_for_too_many_wrong_passwords(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("auth"))
    for _ in range(11):
        sign_in(page, "nobody", "wrong")
    expect(page.get_by_role("heading", name="Too many wrong passwords")).to_be_visible()
    check(page, "too many wrong passwords")


def press(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name).click()


def transfer(page: Page) -> None:
    page.get_by_label("To account").fill("bob-current")
    page.get_by_label("Amount").fill("1")
    page.get_by_role("button", name="Send money").click()


def test_pages_of_a_connected_budget(page: Page, addresses: Addresses) -> None:
    home = addresses.origin("budget") + "/"
    page.goto(home)
    connect(page)
    check(page, "home")
    for what, act in (("emptied", press("Try to empty the account")), ("refused", transfer)):
        page.goto(home)
        act(page)
        expect(page.get_by_role("heading", name="The bank said no")).to_be_visible()
        check(page, what)
    page.goto(home + "transfers")
    check(page, "transfers")
    page.goto(addresses.origin("auth"))
    check(page, "apps with access")
    page.goto(home)
    press("Disconnect")(page)
    check(page, "disconnected")


def test_pages_of_a_budget_that_was_given_little_or_nothing(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page, "Deny")
    check(page, "denied")
    page.goto(addresses.origin("budget"))
    press_connect(page)
    page.get_by_role("checkbox", name="Read your balance").uncheck()
    decide(page)
    expect(page.get_by_role("heading", name="We may not look")).to_be_visible()
    check(page, "blind")


def test_pages_of_a_connected_balance(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    check(page, "connected")
    press("Try to empty the account")(page)
    check(page, "refused")
    press("Forget now")(page)
    check(page, "forgotten")
    press_connect(page)
    decide(page, "Deny")
    check(page, "denied")
