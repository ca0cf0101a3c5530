"""Worlds do not disturb one another, cost nothing unvisited, and eight attacks at once come to an end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

import labs.syllabus
from labs.chromium import BrowserStage
from labs.people import Stuck
from labs.stage import Stage
from labs.steps import Step
from labs.syllabus import all_labs
from tests.support.labs_world import Labs, running_labs


def test_two_worlds_at_once_have_their_own_switches(labs: Labs) -> None:
    labs.turn("code-replay", on=True)
    labs.turn("scheme-hijack", on=False)
    with ThreadPoolExecutor(2) as pool:
        replay, hijack = pool.map(labs.attack, ("code-replay", "scheme-hijack"))
    assert (replay["verdict"], hijack["verdict"]) == ("refused", "succeeded")


def test_a_world_that_nobody_visits_is_not_made() -> None:
    with running_labs() as found:
        assert found.ask("GET", "").status_code == 200
        assert found.app.worlds.open == {}


def test_a_world_is_taken_out_of_memory_when_nobody_asks_for_it_and_comes_back_as_it_was() -> None:
    with running_labs(forget_after=0.0, secret_key="kept") as found:
        found.turn("code-replay", on=True)
        before = found.world("code-replay").generation
        found.turn("scheme-hijack", on=False)
        assert list(found.app.worlds.open) == ["scheme-hijack"]
        assert found.world("code-replay").generation == before
        assert found.attack("code-replay")["verdict"] == "refused"


def test_eight_attacks_at_once_end_and_a_ninth_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labs.chromium.PATIENCE", 60_000)  # the machine has its hands full
    kept = property(lambda lab: labs.syllabus.CATALOGUE / lab.name.partition("-x")[0].replace("-", "_"))
    monkeypatch.setattr(labs.syllabus.Lab, "folder", kept)
    lab = all_labs()["code-replay"]
    copies = {f"{lab.name}-x{number}": replace(lab, name=f"{lab.name}-x{number}") for number in range(7)}
    in_browsers = {name: all_labs()[name] for name in ("token-in-storage", "clickjacking")}
    known = in_browsers | copies
    with running_labs(known=known) as found, ThreadPoolExecutor(8) as pool:
        for name in known:
            found.turn(name, on=False)
        ends = list(pool.map(found.attack, list(known)[:8]))
        assert {told["verdict"] for told in ends} == {"succeeded"}
        runner = found.app.pages.extensions["runner"]
        for _ in range(8):
            runner.slots.acquire()
        ninth = found.ask("POST", f"/{lab.name}-x6/attack")
        assert ninth.status_code == 503
        assert int(ninth.headers["Retry-After"]) > 0


def test_the_tools_of_an_attack_reach_their_own_world_only() -> None:
    def strays(url: str) -> Any:
        def act(stage: Stage) -> None:
            with pytest.raises(Stuck):
                stage.attacker.ask("GET", url)
            with pytest.raises(Stuck):
                stage.mallory.go(url)

        return Step(act, "attacker", "", "")

    lab = replace(all_labs()["code-replay"])
    elsewhere = ("http://example.org/", "http://auth.localhost:9000/", "http://auth-login-csrf.localhost:9100/")
    lab.__dict__["steps"] = [strays(url) for url in elsewhere]
    with running_labs(known={lab.name: lab}) as found:
        assert found.attack(lab.name)["verdict"] == "did not run"


def test_a_browser_of_an_attack_finds_its_own_world_only() -> None:
    """Whatever else listens on this machine is not for the tools of an attack."""
    lab = replace(all_labs()["token-in-storage"])
    with running_labs(known={lab.name: lab}) as found:
        elsewhere = (
            found.classroom,
            f"http://127.0.0.1:{found.port}",
            found.origin,
            "http://auth-code-replay.localhost",
        )

        def strays(stage: BrowserStage) -> None:
            for url in elsewhere:
                with pytest.raises(Exception, match="ERR_PROXY_CONNECTION_FAILED"):
                    stage.alice.context.new_page().goto(url)
            stage.alice.go(f"{stage.here.attacker}/")

        lab.__dict__["steps"] = [Step(strays, "attacker", "", "")]
        assert found.attack(lab.name)["stuck"] == ""


def test_another_sites_page_cannot_turn_a_switch(labs: Labs) -> None:
    told = {"on": True}
    answer = labs.ask("PUT", "/code-replay/defence", json=told, headers={"Origin": "http://evil.localhost:9"})
    assert answer.status_code == 403
    assert labs.ask("PUT", "/code-replay/defence", json=told, headers={"Origin": labs.origin}).status_code == 200


def test_a_lab_that_does_not_exist_is_not_found(labs: Labs) -> None:
    assert labs.ask("POST", "/no-such-lab/attack").status_code == 404
    assert labs.http.get(f"http://auth-no-such-lab.localhost:{labs.port}/").status_code == 421
    assert labs.http.get(f"http://nobody-code-replay.localhost:{labs.port}/").status_code == 421
