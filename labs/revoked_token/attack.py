"""A quiz reads Alice's accounts with her leave; she takes that back, and the quiz comes again."""

from labs.stage import PUBLIC, Stage, Stuck
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
    stage.alice.go(stage.onward).agree()
    stage.onward = ""


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Redeem the code that came to the quiz, and ask the bank: Alice has allowed this."""
    code = stage.collection.newest("code")
    if not code:
        raise Stuck("no code came to the quiz")
    form = {"redirect_uri": f"{stage.here.attacker}/quiz", "code_verifier": stage.kept["verifier"]}
    stage.kept["token"] = stage.attacker.redeem(code, client_id=stage.kept["client_id"], **form)
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])


@step("Alice", by_hand="{auth}/apps")
def alice_takes_it_back(stage: Stage) -> None:
    """Withdraw the access of the quiz, on Bank ID's page of apps with access."""
    stage.alice.go(f"{stage.here.auth}/apps").press("/apps/withdraw", holding=stage.kept["client_id"])


@step("attacker")
def reads_them_again(stage: Stage) -> None:
    """Ask the bank once more, with the same token."""
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])
