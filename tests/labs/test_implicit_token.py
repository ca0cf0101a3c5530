"""The last step of `implicit-token`, which its verdict leaves out: Alice's token in somebody else's tab."""

from tests.support.labs_world import Labs

NAME = "implicit-token"


def balances_shown_to_the_attacker(labs: Labs) -> int:
    """Play the attack, and count the answers of the bank to the attacker's own tab of Balance."""
    told = labs.attack(NAME)
    between = {end: told[end] for end in ("after", "until")}
    messages = labs.ask("GET", f"/{NAME}/messages", params=between).json()["messages"]
    answers = [one for one in messages if one["path"] == "/accounts/alice-current/balance" and one["status"] == 200]
    return sum(one["to"]["id"] == "attacker" for one in answers)


def test_balance_cannot_tell_whose_token_it_was_given(labs: Labs) -> None:
    labs.turn(NAME, on=False)
    assert balances_shown_to_the_attacker(labs)


def test_with_the_code_flow_there_is_no_token_to_put_anywhere(labs: Labs) -> None:
    labs.turn(NAME, on=True)
    assert not balances_shown_to_the_attacker(labs)
