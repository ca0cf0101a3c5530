"""What strangers to a server meet first: a page or an answer in our own words, and never the framework's."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.spec.test_balance_host import get
from tests.support.balance_world import Balance
from tests.support.bank_world import Bank
from tests.support.budget_world import Budget
from tests.support.stub_parties import AUTH
from tests.support.world import answered

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_wrong_address_is_told_in_plain_words_by_all(bank: Bank, budget: Budget, balance: Balance) -> None:
    """Who mistyped it reads what to do, in the voice of the place."""
    answers = [
        (answered(bank.get("/nowhere", None), 404, "not_found").text, "There is nothing at this URL."),
        (answered(budget.get("/nowhere"), 404).text, "leads to nothing at Budget"),
        (answered(budget.post("/connect"), 405).text, "not how this page is opened"),
    ]
    host = get(balance, "/nowhere")
    assert host.status_code == 404
    for text, ours in [*answers, (host.text, "leads to nothing at Balance")]:
        assert ours in text
        assert not re.search("requested URL|spelling|Not Found|Method Not Allowed", text)


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_the_banks_first_answer_tells_a_program_where_to_begin(bank: Bank, accept: str) -> None:
    """It needs no token to learn that it needs one (RFC 9728 §2)."""
    told = answered(bank.get("/", None, Accept=accept), 200).get_json()
    assert told["name"] == "Bank API"
    assert bank.get(told["metadata"], None).status_code == 200
    for served in told["serves"]:
        method, path = served.split()
        assert bank.ask(method, path.replace("{account}", "alice-current"), None).status_code == 401, served
    assert "alice" not in str(told), "it knows nobody's accounts"


def test_the_banks_first_page_is_plain_and_runs_nothing(bank: Bank) -> None:
    """A browser gets a page without a script, and a policy that lets in just its styles (RFC 9700 §4.16)."""
    answer = answered(bank.get("/", None, Accept=HTML), 200)
    assert answer.mimetype == "text/html"
    assert "Accept" in answer.headers["Vary"] and answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    [style] = re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "<script" not in answer.text and "alice" not in answer.text
    assert f'href="{AUTH}/"' in answer.text


def test_a_connection_that_ended_can_be_made_again_from_where_it_is_told(budget: Budget) -> None:
    """The bank no longer takes the key: the page offers the way to another one (RFC 6749 §5.2)."""
    budget.connect()
    budget.connected()
    budget.auth.issue()  # what Budget holds is no longer the newest, so both are refused
    budget.time += 10_000
    told = answered(budget.get("/"), 409).text
    assert "Your connection has ended" in told
    assert re.search(r'<a class="button" href="/connect">Connect your bank</a>', told)
