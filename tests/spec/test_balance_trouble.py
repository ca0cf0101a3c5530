"""Balance, a public client: whatever goes wrong is a page that a person understands, the raw error beside it."""

import socket

import pytest
from playwright.sync_api import Browser
from werkzeug import Request, Response

from tests.support.balance_world import Balance, is_connected, is_refused, running_balance


def test_denied_consent_is_no_connection(balance: Balance) -> None:
    """The error comes back with the state, and no code (RFC 6749 §4.1.2.1)."""
    balance.auth.told |= {"code": None, "error": "access_denied", "error_description": "<img src='/icon.svg'>"}
    tab = balance.connect()
    is_refused(tab, "error: access_denied")
    is_refused(tab, "error_description: <img src='/icon.svg'>")  # text, and not markup
    assert tab.get_by_text("You said no.").is_visible()
    assert not balance.asked("/token")
    balance.auth.told.clear()
    is_connected(balance.connect(tab))


def test_after_back_a_person_connects_afresh(balance: Balance) -> None:
    """A question that was left open stands in nobody's way (RFC 6749 §4.1.1)."""
    tab, abandoned = balance.leave()
    tab.go_back()
    balance.auth.asks_first = False
    is_connected(balance.connect(tab))
    assert balance.asked("/authorize")[-1].query["state"] != abandoned["state"]
    tab.goto(balance.answer(abandoned))
    is_refused(tab, f"state: {abandoned['state']}")


def test_a_callback_without_an_answer_is_the_front_page(balance: Balance) -> None:
    """Whoever kept the address of the callback loses nothing (RFC 6749 §3.1.2)."""
    tab = balance.open("/callback")
    assert tab.url == balance.origin + "/"
    assert not tab.get_by_role("alert").is_visible()
    is_connected(balance.connect(tab))


def test_an_authorization_server_that_is_away_is_named(balance: Balance) -> None:
    """Away before the request, and away before the code is redeemed (RFC 6749 §4.1)."""
    tab, asked = balance.leave()
    answer = balance.answer(asked)
    balance.servers["auth"].stop()
    tab.goto(answer)
    is_refused(tab, f"POST {balance.auth.issuer}/token")
    assert tab.get_by_text("Bank ID does not answer. Is it running?").is_visible()
    is_refused(balance.connect(tab), f"GET {balance.auth.issuer}/.well-known/oauth-authorization-server")


def test_an_answer_that_breaks_off_is_none(balance: Balance) -> None:
    """Half of the metadata is not believed (RFC 8414 §3.2)."""

    def half_an_answer(request: Request) -> Response:
        head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: {balance.origin}\r\n"
        connection = request.environ["werkzeug.socket"]
        connection.sendall(f"{head}\r\n99\r\n{{".encode())
        connection.shutdown(socket.SHUT_RDWR)
        return Response()

    balance.servers["auth"].answer = half_an_answer
    tab = balance.connect()
    is_refused(tab, f"{balance.auth.issuer}/.well-known/oauth-authorization-server")
    assert tab.get_by_text("Bank ID broke off").is_visible()


def test_a_refused_code_is_told_as_it_came(balance: Balance) -> None:
    """An error response names its error (RFC 6749 §5.2)."""
    balance.auth.refusal = (400, {"error": "invalid_grant", "error_description": "too late"})
    tab = balance.connect()
    is_refused(tab, '{"error": "invalid_grant", "error_description": "too late"}')
    assert tab.get_by_text("Bank ID refused (400).").is_visible()


@pytest.mark.parametrize(
    "status, error, words",
    [
        (503, "temporarily_unavailable", "The bank cannot answer just now (503)."),
        (401, "invalid_token", "The bank no longer accepts this token"),
    ],
)
def test_a_bank_that_says_no_is_told_as_it_came(balance: Balance, status: int, error: str, words: str) -> None:
    """A token that is refused is forgotten; a bank that is busy is asked again (RFC 6750 §3.1)."""
    balance.bank.status = status
    tab = balance.connect()
    is_refused(tab, f'{{"error": "{error}"}}')
    assert tab.get_by_text(words).is_visible()
    balance.bank.status = 200
    tab.get_by_role("button", name="Ask again" if status == 503 else "Connect your bank").click()
    is_connected(tab)


def test_the_bank_refuses_to_empty_the_account(balance: Balance) -> None:
    """The token does not allow it, and the page shows the bank's own words (RFC 6750 §3.1)."""
    tab = balance.connect()
    is_connected(tab)
    tab.get_by_role("button", name="Try to empty the account").click()
    said = tab.get_by_role("region", name="What the bank said")
    said.wait_for()
    assert 'WWW-Authenticate: Bearer error="insufficient_scope", scope="transfers:write"' in said.inner_text()


def test_under_localhost_it_works_as_under_names(chromium: Browser) -> None:
    """Three origins of one host, whose cookies are shared: no token request carries one (RFC 6749 §4.1.3)."""
    with running_balance(chromium, hosts="localhost") as balance:
        is_connected(balance.connect())
        assert "Cookie" not in balance.asked("/token")[0].headers
        assert not balance.complaints
