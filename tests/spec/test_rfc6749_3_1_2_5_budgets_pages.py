"""Budget's pages: nothing from elsewhere, nothing that leaks an address, nothing unescaped (RFC 6749 §3.1.2.5)."""

import re

import pytest

from tests.support.budget_world import ATTACKER, BUDGET, Budget, sent_to
from tests.support.stops import stops
from tests.support.world import WrongAnswer

MARKUP = "<img src=x onerror=alert(1)>\"'&"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;"


def test_the_code_leaves_the_address_bar(budget: Budget) -> None:
    """A callback ends on a clean address, without a word from elsewhere (RFC 6749 §3.1.2.5-1)."""
    response = budget.connect()
    assert sent_to(response) in ("/", f"{BUDGET}/")
    for answer in (response, budget.get("/"), budget.get("/callback")):
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r'(?:src|<link[^>]* href)="(?:https?:)?//', answer.text)


@stops("client_app.referrer_is_withheld")
@pytest.mark.parametrize("path", ["/", "/connect", "/callback?code=c&state=s", "/transfers", "/nowhere"])
def test_addresses_do_not_leave_by_referer(budget: Budget, path: str) -> None:
    """No page tells the next one where the browser was (RFC 9700 §4.2.4-1)."""
    found = budget.get(path).headers.get("Referrer-Policy")
    if found != "no-referrer":
        raise WrongAnswer(f"expected no-referrer, got {found}")


def test_unknown_parameters_of_a_callback_are_ignored(budget: Budget) -> None:
    """What we do not know does not disturb us (RFC 6749 §4.1.2-5)."""
    sent_to(budget.connect(foo="1", session_state="2"))
    budget.connected()


@stops("client_app.redirect_stays_on_this_site")
@pytest.mark.parametrize(
    "to",
    [
        "",
        ATTACKER,
        "//attacker.localhost",
        "/\\attacker.localhost",
        "https://www.rfc-editor.org.attacker.localhost/info/rfc6749",
        "https://www.rfc-editor.org@attacker.localhost/info/rfc6749",
        "https://www.rfc-editor.org/info/rfc6749/../../elsewhere",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_led_elsewhere(budget: Budget, to: str) -> None:
    """We are no open redirector; a listed help page is fine (RFC 9700 §2.1-2, RFC 6749 §10.15-1)."""
    budget.stopped(budget.get("/leave", to=to), 400)
    listed = "https://www.rfc-editor.org/info/rfc6749"
    assert sent_to(budget.get("/leave", to=listed)) == listed


def test_what_the_authorization_server_says_is_shown_as_text(budget: Budget) -> None:
    """An error in a callback may be anybody's writing (RFC 6749 §10.14-1)."""
    page = budget.connect(code=None, error=MARKUP, error_description=MARKUP).text
    assert page.count(ESCAPED) == 2
    assert MARKUP not in page


def test_what_the_bank_says_is_shown_as_text(budget: Budget) -> None:
    """Names, descriptions and refusals of the bank are text (RFC 6749 §10.14-1)."""
    budget.bank.account |= {"name": MARKUP, "owner": MARKUP}
    entry = {"id": "1", "at": MARKUP, "description": MARKUP, "category": MARKUP, "amount": -1}
    budget.bank.transactions.append(entry)
    budget.bank.refusal = {"error": MARKUP}
    budget.connect()
    pages = [budget.get("/")]
    pages.append(budget.post("/empty-the-account", csrf_token=budget.form_token()))
    pages.append(budget.post("/transfers", csrf_token=budget.form_token(), to_account="bob-current", amount="1"))
    assert [page.status_code for page in pages] == [200, 200, 403]
    for page in pages:
        assert "&lt;img" in page.text
        assert "<img src=x" not in page.text.lower()
