"""A federation: one authorization server for whatever bank there is, and a client that learns the bank's URL."""

from pathlib import Path

import spa
from auth_server.defences import Defences
from auth_server.models import Token
from labs.old_pages import add_script, change_page
from labs.worlds import LabWorld

OLD = (
    "Bank ID issues tokens for any resource server, as in a federation.",
    "Bank ID tells any resource server about any token.",
    "Balance learns the bank's URL from its user, and its policy for content lets it talk to anybody.",
)
FIRST = Path(spa.__file__).parent / "js" / "config.js"
FIELD = '<p><label for="bank">Your bank’s URL</label> <input id="bank" type="url" size="40"></p>\n'
BEFORE = '<button id="connect"'
SCRIPT = """import * as first from "./config.first.js";

export const { cryptographyIsHere } = first;
const field = document.getElementById("bank");

/** Ask the bank that the user has named; this tab remembers it on its way to Bank ID and back. */
export async function configuration() {
  const metadata = await first.configuration();
  if (field.value) sessionStorage.setItem("bank", field.value);
  return { ...metadata, resource: sessionStorage.getItem("bank") ?? metadata.resource };
}

field.value = new URLSearchParams(location.search).get("bank") ?? sessionStorage.getItem("bank") ?? "";
"""


class ServerOfAFederation(Defences):
    # Where banks come and go nobody can keep a list of them: so each bank has to look whether a token is for it.
    def resource_is_known(self, resource: tuple[str, ...]) -> None:
        """Issue for whatever resource server a client names."""

    def token_is_for_the_caller(self, token: Token, resource: str) -> bool:
        """Tell every resource server about every token."""
        return True


def furnish(world: LabWorld) -> None:
    """Give Balance's page a field, and let it read that before it begins."""
    add_script(world, "/js/config.first.js", FIRST.read_text(encoding="utf-8"))
    add_script(world, "/js/config.js", SCRIPT)
    change_page(world, lambda page: page.replace(BEFORE, FIELD + BEFORE), connect_src="*")
