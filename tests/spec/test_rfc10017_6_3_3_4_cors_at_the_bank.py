"""Which pages may read the bank's answers in a browser (RFC 10017 §6.3.3.4)."""

import pytest

from tests.support.bank_world import BALANCE, Bank

PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
STRANGERS = ["http://attacker.localhost:9666", "null", f"{BALANCE}.attacker.localhost", "http://balance.localhost"]


def test_balance_may_call_and_read(bank: Bank) -> None:
    """Balance may send its token and read answers and refusals, never with cookies (RFC 10017 §6.3.3.4-1)."""
    asked = bank.ask("OPTIONS", "/transfers", None, headers={"Origin": BALANCE, **PREFLIGHT})
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    good, refusal = bank.get("/accounts", Origin=BALANCE), bank.get("/accounts", None, Origin=BALANCE)
    assert (good.status_code, refusal.status_code) == (200, 401)
    assert "WWW-Authenticate" in refusal.headers["Access-Control-Expose-Headers"]
    for answer in (asked, good, refusal):
        assert answer.headers["Access-Control-Allow-Origin"] == BALANCE
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", STRANGERS)
def test_others_may_not(bank: Bank, origin: str) -> None:
    """A page of another origin gets no leave to send a token or to read (RFC 10017 §6.3.3.4-1)."""
    asked = bank.ask("OPTIONS", "/transfers", None, headers={"Origin": origin, **PREFLIGHT})
    for answer in (asked, bank.get("/accounts", Origin=origin)):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
        assert "Origin" in answer.headers["Vary"]
