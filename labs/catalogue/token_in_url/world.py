"""Balance has a button that opens a statement by a URL with the token in it."""

from labs.old_pages import add_script, rewritten
from labs.worlds import LabWorld

OLD = ("Balance opens a statement by its URL at the bank, with the token in it, where the bank takes that.",)
SCRIPT = """/** A statement by its URL: the bank is asked first, for who wants to be led to an error? */

import { Bank } from "./bank.js";
import { at, tell } from "./page.js";

/** @param {string} resource @param {string} token */
export function offerStatement(resource, token) {
  const button = document.createElement("button");
  button.textContent = "Open the statement";
  button.addEventListener("click", async () => {
    const [account] = await new Bank(resource, token).accounts();
    const statement = `${resource}/accounts/${account.id}/transactions?access_token=${token}`;
    if ((await fetch(statement)).ok) location.assign(statement);
    else tell("The bank takes no token in a URL. This Balance cannot open the statement.");
  });
  at("more").after(button);
}
"""


def furnish(world: LabWorld) -> None:
    """Give Balance's page that button."""
    add_script(world, "/js/statement.js", SCRIPT)
    offered = "showFacts(tokens);\n  offerStatement(config.resource, tokens.accessToken);"
    loaded = 'import { revoke } from "./revoke.js";\nimport { offerStatement } from "./statement.js";'
    changes = (("showFacts(tokens);", offered), ('import { revoke } from "./revoke.js";', loaded))
    add_script(world, "/js/main.js", rewritten("main.js", *changes))
