"""The two channels of a lab's flow (RFC 6749 §1.2): what its addresses carried, and what only the rest did."""

from typing import Any

import pytest

from tests.support.labs_world import Labs

CAFE, REPLAY = "front-channel-eavesdropper", "code-replay"
IN_ADDRESSES = {"state", "challenge", "transaction"}


def played(labs: Labs, name: str, on: bool) -> dict[str, Any]:
    """Return the message that decides an attack, as the wire has it."""
    verdict = labs.run(name, on=on)
    assert verdict["verdict"] == ("refused" if on else "succeeded")
    return labs.message(verdict["evidence"][-1])


def overheard(labs: Labs, flow: str, after: str = "") -> dict[str, Any]:
    """Return what listeners know of a flow after a message of it, or at its end."""
    address = f"{labs.classroom}/api/flows/{flow}/eavesdropper"
    return dict(labs.http.get(address, params={"after": after} if after else {}).json())


def kinds(told: dict[str, Any], listener: str) -> set[str]:
    return {one["kind"] for one in told[listener]}


def answer_to(labs: Labs, flow: str, path: str) -> str:
    """Return the last answer of Bank ID at a path."""
    found = labs.http.get(f"{labs.classroom}/api/flows/{flow}").json()["messages"]
    return str([one["id"] for one in found if one["kind"] == "response" and one["path"] == path][-1])


@pytest.mark.parametrize(("name", "on"), [(CAFE, False), (REPLAY, False), (REPLAY, True)])
def test_addresses_carry_the_code_and_no_token_which_goes_by_the_back_channel(labs: Labs, name: str, on: bool) -> None:
    told = overheard(labs, played(labs, name, on)["flow"])
    assert kinds(told, "front") == {*IN_ADDRESSES, "code"}
    assert {"code", "verifier", "access_token"} <= kinds(told, "back")
    assert told["means"]["front"] == "It has the code, which is spent, and it never saw a token."


@pytest.mark.xdist_group(CAFE)
def test_who_reads_an_unhashed_challenge_can_trade_the_code(labs: Labs) -> None:
    flow = played(labs, CAFE, on=False)["flow"]
    told = overheard(labs, flow, answer_to(labs, flow, "/consent"))
    assert told["means"]["front"] == "It could redeem the code for a token."
    assert "verifier" not in kinds(told, "front") | kinds(told, "back"), "the challenge is all that was read"


@pytest.mark.xdist_group(CAFE)
def test_with_the_defence_no_code_ever_stands_in_an_address(labs: Labs) -> None:
    told = overheard(labs, played(labs, CAFE, on=True)["flow"])
    assert kinds(told, "front") == IN_ADDRESSES
    assert not {"code", "access_token"} & kinds(told, "back")
    assert told["means"]["front"] == "Nothing that it has read opens anything by itself."
