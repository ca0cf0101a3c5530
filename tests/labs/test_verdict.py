"""The verdict cannot be fooled: it is read from the wire, and asks how the attacker came by what it spent."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from labs.stage import PUBLIC, Stage, parameters_in
from labs.steps import Step
from labs.syllabus import Lab, all_labs
from labs.worlds import LabWorld
from tests.support.labs_world import Labs, running_labs

CODE_REPLAY = all_labs()["code-replay"]


def verdict_of(
    *acts: Callable[[Stage, LabWorld], None], on: bool = False, name: str = "code-replay", **changes: Any
) -> dict[str, Any]:
    """Play other steps in the world of a lab, and ask for the verdict."""
    lab = replace(all_labs()[name], **changes)
    with running_labs(known={lab.name: lab}) as labs:
        world = labs.world(lab.name)
        lab.__dict__["steps"] = [Step(lambda stage, act=act: act(stage, world), "attacker", "", "") for act in acts]
        labs.turn(lab.name, on=on)
        return labs.attack(lab.name)


def alice_connects(stage: Stage, _: LabWorld) -> None:
    stage.alice.go(f"{stage.here.budget}/connect").agree()


def redeem(stage: Stage, code: str) -> None:
    token = stage.attacker.redeem(code, client_id="budget", redirect_uri=f"{stage.here.budget}/callback")
    stage.attacker.bank("GET", "/accounts", token)


def code_of(stage: Stage) -> str:
    return stage.alice.visited("/callback").partition("code=")[2].partition("&")[0]


def test_an_attack_that_does_nothing_did_not_run() -> None:
    assert verdict_of(lambda *_: None)["verdict"] == "did not run"
    assert verdict_of(lambda *_: None, on=True)["verdict"] == "did not run"


def test_what_alice_does_herself_is_no_attack() -> None:
    assert verdict_of(alice_connects)["verdict"] == "did not run"


def test_a_code_handed_over_by_a_variable_is_unearned() -> None:
    told = verdict_of(alice_connects, lambda stage, _: redeem(stage, code_of(stage)))
    assert told["verdict"] == "unearned"
    assert told["succeeded"] is False


def test_a_token_handed_over_by_a_variable_is_unearned() -> None:
    """The cheat reads Budget's notebook, as only code in the same process can."""

    def cheat(stage: Stage, world: LabWorld) -> None:
        connection = world.backup.newest()
        assert connection
        stage.attacker.bank("GET", "/accounts", connection.access_token)

    assert verdict_of(alice_connects, cheat)["verdict"] == "unearned"


def test_alices_password_typed_by_the_attacker_is_unearned() -> None:
    def cheat(stage: Stage, _: LabWorld) -> None:
        stage.mallory.name, stage.mallory.password = "alice", "looking-glass"
        stage.mallory.go(f"{stage.here.budget}/connect").agree()
        stage.mallory.go(f"{stage.here.budget}/")

    told = verdict_of(alice_connects, cheat, predicate="saw")
    assert told["verdict"] == "unearned"


def test_a_leak_that_the_lab_does_not_declare_is_none() -> None:
    def leak(stage: Stage, _: LabWorld) -> None:
        stage._leaks = ("log",)
        told = stage.leak("log", stage.alice.visited("/callback"))
        redeem(stage, told["code"])

    assert verdict_of(alice_connects, leak)["verdict"] == "succeeded"
    assert verdict_of(alice_connects, leak, leaks=())["verdict"] == "unearned"


def test_a_leak_of_what_never_stood_there_is_none() -> None:
    """The note names an address: the code must have been in a message to it, before."""

    def leak(stage: Stage, _: LabWorld) -> None:
        code = code_of(stage)
        stage.leak("log", f"{stage.here.bank}/nowhere?code={code}")
        redeem(stage, code)

    assert verdict_of(alice_connects, leak)["verdict"] == "unearned"


def test_a_leak_that_names_no_place_is_none() -> None:
    def leak(stage: Stage, world: LabWorld) -> None:
        connection = world.backup.newest()
        assert connection
        world.note("The attacker reads an access token in the log", leak="log", access_token=connection.access_token)
        stage.attacker.bank("GET", "/accounts", connection.access_token)

    assert verdict_of(alice_connects, leak)["verdict"] == "unearned"


def test_to_ask_about_a_token_of_ones_own_is_no_entry() -> None:
    """At a server that tells everybody, Mallory learns whose her own token is."""

    def own(stage: Stage, _: LabWorld) -> None:
        redirect_uri = f"{stage.here.attacker}/collect"
        client_id = stage.attacker.register("Recipes", redirect_uri, **PUBLIC)["client_id"]
        stage.mallory.go(stage.link(client_id, redirect_uri)).agree()
        token = stage.redeem_newest(client_id, redirect_uri)
        answer = stage.attacker.ask("POST", f"{stage.here.auth}/introspect", data={"token": token})
        assert answer.json()["sub"] == "mallory"

    assert verdict_of(own, name="token-scanning")["verdict"] == "did not run"


def test_a_code_that_was_counted_from_none_was_not_guessed() -> None:
    """The lab's attacker may guess codes: it must have had a number to count on from."""

    def piggy_waits(stage: Stage, _: LabWorld) -> None:
        stage.alice.go(stage.app_asks("piggy")).agree()

    def cheat(stage: Stage, _: LabWorld) -> None:
        code = parameters_in(stage.alice.handed_over)["code"]
        token = stage.attacker.redeem(code, client_id="piggy", redirect_uri=stage.callback("piggy"))
        stage.attacker.bank("GET", "/accounts", token)

    assert verdict_of(piggy_waits, cheat, name="guessable-code")["verdict"] == "unearned"


@pytest.mark.parametrize("tries", [[], ["rose"], ["rose"] * 8])
def test_the_right_password_without_a_series_of_others_was_not_guessed(tries: list[str]) -> None:
    def cheat(stage: Stage, _: LabWorld) -> None:
        for number, word in enumerate([*tries, "winter-garden"], start=1):
            stage.attacker.sign_in("carol", word, {"X-Forwarded-For": f"203.0.113.{number}"})

    assert verdict_of(cheat, name="forged-proxy-header")["verdict"] == "unearned"


def test_mallory_may_use_what_is_her_own() -> None:
    def own(stage: Stage, _: LabWorld) -> None:
        stage.mallory.go(f"{stage.here.budget}/connect").agree()
        stage.mallory.go(f"{stage.here.budget}/")

    assert verdict_of(own)["verdict"] == "did not run"


@pytest.mark.parametrize("wrong", [{"predicate": "won"}, {"world": "../x"}, {"refusal": "[]"}, {"after": "yesterday"}])
def test_a_question_that_makes_no_sense_is_refused(wrong: dict[str, str]) -> None:
    import classroom

    settings = classroom.config.Settings(redis_url="redis://127.0.0.1:1", origin="http://classroom.localhost:9080")
    app = classroom.create_app(settings)
    question = {"world": "code-replay", "predicate": "loot"} | wrong
    answer = app.test_client().get("/api/verdict", query_string=question, base_url="http://classroom.localhost:9080")
    assert answer.status_code == 400
    app.extensions["reader"].stop()


def test_a_lab_is_what_its_folder_says() -> None:
    """The names above would hold nothing if the lab were another one."""
    assert isinstance(CODE_REPLAY, Lab)
    assert SimpleNamespace(**vars(CODE_REPLAY)).predicate == "loot"


HALF = {  # steps that are left out, so that the attack comes to nothing though nobody refuses it
    "session-fixation": ("alice_connects",),
    "token-in-storage": ("reads_the_accounts",),
    "mix-up": ("reads_the_accounts",),
    "postmessage-star": ("spends_the_code",),
    "clickjacking": ("spends_the_code",),
}


@pytest.mark.parametrize("name", HALF)
def test_half_an_attack_is_not_refused(labs: Labs, name: str) -> None:
    """The message that stands for the refusal comes when the attack works, too, or when it has not begun."""
    world = labs.world(name)
    some = replace(world.lab)
    some.__dict__["steps"] = [step for step in world.lab.steps if step.name not in HALF[name]]
    whole, world.lab = world.lab, some
    try:
        labs.turn(name, on=False)
        assert labs.attack(name)["verdict"] == "did not run"
    finally:
        world.lab = whole


def test_what_was_allowed_before_a_named_message_is_no_proof_and_no_refusal() -> None:
    """The quiz reads with Alice's leave; only what it does after she has taken that back is an attack."""
    lab = all_labs()["revoked-token"]
    some = replace(lab, since=lab.since | {"path": "/never"})
    with running_labs(known={lab.name: some}) as labs:
        for on in (False, True):
            labs.turn(lab.name, on=on)
            assert labs.attack(lab.name)["verdict"] == "did not run"
