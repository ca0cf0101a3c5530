"""Balance's host: files, headers, and a way out that leads to help pages only."""

from urllib.parse import urlencode

import requests

from tests.support.balance_world import Balance, is_connected
from tests.support.stops import stops
from tests.support.world import WrongAnswer

PATHS = ["/", "/callback?code=c&state=s", "/js/main.js", "/config.json", "/leave?to=elsewhere", "/nowhere"]
ELSEWHERE = [
    "http://attacker.localhost:9009/",
    "https://oauth.net/2/pkce/?next=1",
    "https://oauth.net.attacker.example/2/pkce/",
    "//attacker.localhost:9009",
    "javascript:alert(1)",
    "",
]
FRAME = """address => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = done;
    frame.src = address;
    document.body.append(frame);
})"""  # Chromium calls an empty frame loaded, too


def get(balance: Balance, address: str) -> requests.Response:
    """Ask the host without a browser; names under localhost are this machine."""
    port = balance.origin.rpartition(":")[2]
    host = balance.origin.removeprefix("http://")
    return requests.get(f"http://127.0.0.1:{port}{address}", headers={"Host": host}, allow_redirects=False, timeout=5)


@stops("spa.referrer_is_withheld")
def test_no_answer_lets_its_address_travel(balance: Balance) -> None:
    """(RFC 9700 §4.2.4-1)"""
    for path in PATHS:
        if (policy := get(balance, path).headers.get("Referrer-Policy")) != "no-referrer":
            raise WrongAnswer(f"{path}: expected Referrer-Policy no-referrer, got {policy}")


@stops("spa.callback_refuses_framing")
def test_no_frame_runs_a_flow_that_nobody_sees(balance: Balance) -> None:
    """Both headers forbid it, whatever is asked (RFC 10017 §5.1.3)."""
    for path in PATHS:
        headers = get(balance, path).headers
        if "frame-ancestors 'none'" not in headers["Content-Security-Policy"] or "X-Frame-Options" not in headers:
            raise WrongAnswer(f"{path}: may be framed: {headers}")


@stops("spa.callback_refuses_framing")
def test_a_browser_keeps_the_callback_out_of_frames(balance: Balance) -> None:
    """In a frame of somebody else's page the callback runs no script (RFC 10017 §5.1.3)."""
    tab, asked = balance.leave()
    scripts = len(balance.asked("/js/main.js"))
    tab.evaluate(FRAME, balance.answer(asked))
    assert balance.asked("/callback")
    if len(balance.asked("/js/main.js")) > scripts:
        raise WrongAnswer("the callback ran in a frame")


def test_the_page_runs_its_own_scripts_only_and_meets_its_own_policy(balance: Balance) -> None:
    """(RFC 6749 §3.1.2.5-1)"""
    policy = get(balance, "/callback?code=c").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    is_connected(balance.connect())
    assert not balance.complaints
    partners = {sent.headers["Host"] for sent in balance.wire}
    assert partners == {server.origin.removeprefix("http://") for server in balance.servers.values()}


@stops("spa.redirect_stays_on_this_site")
def test_the_way_out_leads_to_help_pages_only(balance: Balance) -> None:
    """(RFC 9700 §2.1-2)"""
    for to in ELSEWHERE:
        response = get(balance, "/leave?" + urlencode({"to": to}))
        if response.status_code != 400 or "Location" in response.headers:
            raise WrongAnswer(f"{to}: expected 400, got {response.status_code} {response.headers.get('Location')}")


def test_every_help_link_of_the_page_leads_there(balance: Balance) -> None:
    """(RFC 9700 §2.1-2)"""
    links = balance.open().get_by_role("navigation", name="Help").get_by_role("link")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert addresses
    for address in addresses:
        answer = get(balance, str(address))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("https://")
