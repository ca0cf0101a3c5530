"""Balance as it was in 2013, before browser apps used the code flow."""

from auth_server.defences import Defences
from auth_server.models import Client
from labs.old_pages import add_script, change_page
from labs.worlds import LabWorld

OLD = (
    "Balance asks for `response_type=token` and takes its token out of the URL, behind the `#`.",
    "Bank ID asks nobody for a challenge: there is no code that it could bind to one.",
)
WINDOW = '<button id="connect-in-a-window"'  # of a later day
SCRIPT = """/** Balance of 2013: the answer is the token (RFC 6749 §4.2). */

import { Bank } from "./bank.js";
import { configuration } from "./config.js";
import { newState } from "./defences.js";
import { discover, SCOPE } from "./oauth.js";
import { at, showBalance, showConnected, tell } from "./page.js";

const config = await configuration();
const answer = new URLSearchParams(location.hash.slice(1));

at("connect").addEventListener("click", async () => {
  const { client_id, redirect_uri, issuer } = config;
  const state = newState();
  sessionStorage.setItem("state", state);
  const parameters = new URLSearchParams({ response_type: "token", client_id, redirect_uri, scope: SCOPE, state });
  location.assign(`${(await discover(issuer)).authorization_endpoint}?${parameters}`);
});

if (answer.has("access_token") && answer.get("state") === sessionStorage.getItem("state")) {
  const bank = new Bank(config.resource, answer.get("access_token"));
  const [account] = await bank.accounts();
  showBalance(account, await bank.balance(account.id));
  showConnected(true);
  tell("The token stands in the address bar.");
}
"""


class ServerWithoutPkce(Defences):
    def challenge_is_present(self, code_challenge: str | None, client: Client) -> None:
        """Ask for no challenge."""


def furnish(world: LabWorld) -> None:
    """Give Balance's page the script of those days."""
    add_script(world, "/js/2013.js", SCRIPT)
    change_page(world, lambda page: page.replace("/js/main.js", "/js/2013.js").replace(WINDOW, "<button hidden"))
