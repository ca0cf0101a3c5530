"""The last step of `implicit-token`, which its verdict leaves out: Alice's token in somebody else's tab."""

import pytest

from tests.support.labs_world import Labs

NAME = "implicit-token"
pytestmark = pytest.mark.xdist_group(NAME)


def balances_shown_to_the_attacker(labs: Labs, on: bool) -> int:
    """Count the answers of the bank to the attacker's own tab of Balance."""
    verdict = labs.run(NAME, on=on)
    between = {end: verdict[end] for end in ("after", "until")}
    messages = labs.ask("GET", f"/{NAME}/messages", params=between).json()["messages"]
    balances = [message for message in messages if message["path"] == "/accounts/alice-current/balance"]
    return sum(balance["status"] == 200 and balance["to"]["id"] == "attacker" for balance in balances)


def test_balance_cannot_tell_whose_token_it_was_given(labs: Labs) -> None:
    assert balances_shown_to_the_attacker(labs, on=False)


def test_with_the_code_flow_there_is_no_token_to_put_anywhere(labs: Labs) -> None:
    assert not balances_shown_to_the_attacker(labs, on=True)
