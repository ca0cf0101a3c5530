"""A refresh token is copied out of a backup; then two parties live on it."""

from typing import Any

from labs.stage import Stage, Stuck, parameters_in
from labs.steps import step
from wire.session import http_session


@step("Alice", by_hand="{piggy}/")
def piggy_is_installed(stage: Stage) -> None:
    """Install Piggy: let it claim its scheme."""
    stage.phone.claim("piggy")


@step("Piggy")
def piggy_asks(stage: Stage) -> None:
    """Let Piggy ask for the balance, also while Alice is away."""
    stage.onward = stage.app_asks("piggy", scope="balance:read offline_access")


@step("Alice")
def alice_allows(stage: Stage) -> None:
    """Sign in as alice, and allow; Piggy is opened with a code."""
    stage.lead_alice().agree()


@step("Piggy", asks="the code that Piggy was opened with")
def piggy_redeems(stage: Stage) -> None:
    """Redeem the code: Piggy gets a refresh token, and the phone's backup copies it."""
    opened_with = parameters_in(stage.alice.visited("/opened")).get("uri", "")
    keep(stage, stage.app_redeems(stage.given or parameters_in(opened_with).get("code", ""), "piggy"))


@step("attacker")
def reads_the_backup(stage: Stage) -> None:
    """Read the phone's backup, and copy the refresh token."""
    if not stage.kept.get("refresh_token"):
        raise Stuck("Piggy has no refresh token yet")
    # A public client's refresh token is all that is needed: there is no secret to show beside it.
    stage.kept["stolen"] = stage.leak_value("backup", "refresh_token", stage.kept["refresh_token"])


@step("Piggy")
def piggy_refreshes(stage: Stage) -> None:
    """Ten minutes later Piggy's access token has expired: let it refresh."""
    form = {"grant_type": "refresh_token", "client_id": "piggy", "refresh_token": stage.kept.get("refresh_token", "")}
    keep(stage, http_session("glassbox-piggy/1.0").post(f"{stage.here.auth}/token", data=form))


@step("attacker")
def refreshes_too(stage: Stage) -> None:
    """Refresh with the copy."""
    form = {"grant_type": "refresh_token", "client_id": "piggy", "refresh_token": stage.kept.get("stolen", "")}
    stage.kept["token"] = stage.attacker.token(**form)


@step("Piggy")
def piggy_refreshes_again(stage: Stage) -> None:
    """Let Piggy refresh once more. Does it still have access?"""
    # With the defence on, the attacker's try was the second use: it has ended the whole family, Piggy's token, too.
    piggy_refreshes(stage)


@step("attacker")
def reads_the_accounts(stage: Stage) -> None:
    """Ask the bank for Alice's accounts."""
    stage.attacker.bank("GET", "/accounts", stage.kept.get("token", ""))


def keep(stage: Stage, answer: Any) -> None:
    """Keep Piggy's refresh token; a server that does not send a new one means the old one (RFC 6749 §6)."""
    stage.kept["refresh_token"] = answer.json().get("refresh_token", stage.kept.get("refresh_token", ""))
