"""Consent: given in part, remembered for Budget, asked anew for Balance, taken back; and who is signed in."""

import re
from html import escape
from urllib.parse import parse_qsl

from playwright.sync_api import Page, expect

from tests.e2e.steps import connect, decide, expect_balance, expect_budget, press_connect, sign_in
from tests.e2e.test_pages import CHALLENGE
from wire.addresses import Addresses


def test_consent_is_remembered_for_budget(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.get_by_role("button", name="Disconnect").click()
    press_connect(page)
    expect_budget(page)  # without a question


def test_consent_is_never_remembered_for_balance(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("balance"))
    connect(page)
    expect_balance(page)
    page.get_by_role("button", name="Forget now").click()
    press_connect(page)
    expect(page.get_by_role("heading", name="Balance wants to use your bank")).to_be_visible()
    decide(page)
    expect_balance(page)


def test_the_consent_page_says_who_asks_for_what_and_where_it_leads(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget") + "/connect?with=transfers:write")
    sign_in(page)
    expect(page.get_by_text("Signed in as Alice")).to_be_visible()
    for words, scope in (("Read your balance", "balance:read"), ("Move your money", "transfers:write")):
        expect(page.get_by_role("checkbox", name=re.compile(f"{words}.*{scope}"))).to_be_checked()
    expect(page.get_by_role("checkbox", name=re.compile("Dangerous"))).to_have_count(1)
    expect(page.get_by_role("contentinfo")).to_contain_text(addresses.origin("budget") + "/callback")


def test_two_tabs_sign_in_and_both_reach_budget_and_back_leads_home(page: Page, addresses: Addresses) -> None:
    """The second form leads on, the first tab's open question stays good, and Back frightens nobody."""
    page.goto(addresses.origin("budget") + "/connect")
    other = page.context.new_page()
    other.goto(addresses.origin("budget") + "/connect")
    sign_in(page)
    expect(page.get_by_text("Signed in as Alice")).to_be_visible()
    sign_in(other)
    expect(other.get_by_text("Signed in as Alice")).to_be_visible()
    decide(page)
    expect_budget(page)
    decide(other)
    expect_budget(other)
    page.go_back()
    expect(page).to_have_url(addresses.origin("budget") + "/")
    expect_budget(page)


def test_what_is_unticked_is_not_given(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    press_connect(page)
    sign_in(page)
    page.get_by_role("checkbox", name=re.compile("transactions:read")).uncheck()
    decide(page)
    expect_budget(page)
    expect(page.get_by_text("You did not let us see these.")).to_be_visible()


def test_access_is_withdrawn_on_the_page_of_apps(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.goto(addresses.origin("auth"))
    app = page.get_by_role("region", name="Budget")
    expect(app).to_contain_text("balance:read")
    expect(app).to_contain_text(re.compile(r"Last used: \d+ \w+ \d{4}"))
    page.get_by_role("button", name="Withdraw access of Budget").click()
    expect(page.get_by_text("No app holds anything of yours.")).to_be_visible()
    page.goto(addresses.origin("budget"))
    expect(page.get_by_role("heading", name="Your connection has ended")).to_be_visible()
    expect(page.get_by_text("invalid_grant")).to_be_visible()
    page.goto(addresses.origin("budget"))
    press_connect(page)
    expect(page.get_by_role("heading", name="Budget wants to use your bank")).to_be_visible()  # it must ask again


def test_another_user_is_switched_to_and_the_request_goes_on(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    press_connect(page)
    sign_in(page)
    page.get_by_role("button", name="Switch user").click()
    expect(page.get_by_text("Budget wants to use your bank")).to_be_visible()
    sign_in(page, "bob")
    expect(page.get_by_text("Signed in as Bob")).to_be_visible()
    decide(page)
    expect_budget(page, "Bob")


def test_signing_out_ends_the_session_and_no_connection(page: Page, addresses: Addresses) -> None:
    page.goto(addresses.origin("budget"))
    connect(page)
    expect_budget(page)
    page.goto(addresses.origin("auth"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(addresses.origin("auth") + "/apps")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(addresses.origin("budget"))
    expect_budget(page)
    page.get_by_role("button", name="Disconnect").click()
    press_connect(page)
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_request_by_another_sites_form_asks_nobody_to_sign_in_twice(page: Page, addresses: Addresses) -> None:
    """The session's cookie does not go with such a form; the GET that follows brings it (RFC 6749 §3.1)."""
    page.goto(addresses.origin("auth"))
    sign_in(page)
    expect(page.get_by_role("heading", name="Apps with access")).to_be_visible()
    asked = parse_qsl(f"client_id=balance&response_type=code&scope=balance:read&state=s1&{CHALLENGE}")
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked)
    page.goto("about:blank")
    page.set_content(f'<form method="post" action="{addresses.origin("auth")}/authorize">{fields}<button>Go</button>')
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_role("heading", name="Balance wants to use your bank")).to_be_visible()
