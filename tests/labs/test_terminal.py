"""The terminal: one attack as a conversation, all of them as a table, and an exit code that a script can believe."""

import re
from collections.abc import Iterator

import pytest

import labs.chromium
from labs import transcript
from labs.__main__ import main, messages
from labs.config import Settings
from labs.syllabus import all_labs
from tests.support.labs_world import Labs, running_labs

INSTALL = "Get one with `make browser`."
FEW = ("over-broad-token", "code-replay", "referer-leak")


@pytest.fixture(scope="module")
def labs_of_few() -> Iterator[Labs]:
    with running_labs(known={name: all_labs()[name] for name in FEW}) as found:
        yield found


def run(labs: Labs, *words: str) -> int:
    """Type a command."""
    return main(["attack", *words], Settings(origin=labs.origin, port=labs.port, classroom=labs.classroom))


def test_an_attack_reads_as_a_conversation(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(labs, "code-replay", "off") == 0
    told = capsys.readouterr().out
    assert told.startswith("The same code, twice (code-replay)\nauth_server.code_is_used_once is off.\n")
    steps = all_labs()["code-replay"].steps
    headings = [f"\n{number}. {step.who.capitalize()}: {step.says}\n" for number, step in enumerate(steps, start=1)]
    places = [told.index(heading) for heading in headings]
    assert places == sorted(places)
    numbers = [int(number) for number in re.findall(r"^[> ] +(\d+)  ", told, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "Budget → Bank ID       back   POST /token" in told
    assert "Bank ID → Budget       back   200 OK" in told
    assert "grant_type=authorization_code" in told
    assert "Budget redeems the code by an access token request" in told
    assert re.search(r"It worked: the wire proves it in messages [\d, ]+, marked with >\.\n$", told)


def test_each_answer_stands_under_the_step_that_asked(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    run(labs, "code-replay", "off")
    parts = re.split(r"\n\d\. ", capsys.readouterr().out)
    assert all(part.count("POST /token") == part.count("expires_in=") for part in parts)


def test_secrets_are_shown_by_kind_and_fingerprint_alone(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    run(labs, "code-replay", "off")
    told = capsys.readouterr().out
    first = re.search(r"carries: code ([0-9a-f]{4,}) \(new\), state", told)
    assert first
    again = told[first.end() :]
    assert f"Attacker now holds what it must not: code {first[1]}." in again
    assert f"carries: code {first[1]}\n" in again
    wire = labs.http.get(f"{labs.classroom}/api/messages?world=code-replay&newest=100").json()
    secrets = {one["value"] for message in wire["messages"] for one in message["artifacts"]}
    assert secrets and not [secret for secret in secrets if secret in told]


def test_a_note_has_its_details_by_name(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    run(labs, "code-replay", "off")
    told = capsys.readouterr().out
    note = told[told.index("Note: The attacker reads a URL in the log") :]
    assert re.search(r"at=http://budget-code-replay\.localhost:\d+/callback    leak=log\n", note)


def test_files_that_everybody_gets_are_left_out(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    run(labs, "referer-leak", "on")
    told = capsys.readouterr().out
    assert not re.search(r"GET /\S+\.(css|js|svg)\b", told)
    assert re.search(r"^>.*GET /ad\.png", told, re.MULTILINE), "this one is the evidence"
    assert "Refused; it came no further than Attacker: GET /ad.png → 200 (messages" in told
    assert "The attack ended there: no code has come to the attacker." in told


def test_nothing_on_the_wire_steers_the_terminal(labs: Labs) -> None:
    labs.turn("code-replay", on=False)
    hostile = {"note": "\x1b[2Jgone\x07"}
    labs.http.get(f"{labs.world('code-replay').here.attacker}/collect", params=hostile)
    told = labs.ask("GET", "/code-replay/verdict").json()
    settings = Settings(origin=labs.origin, port=labs.port, classroom=labs.classroom)
    lab = labs.ask("GET", "/code-replay").json()
    shown = "\n".join(transcript.lines(lab, "off", told, messages(settings, labs.http, "code-replay", told)))
    assert "note=\N{REPLACEMENT CHARACTER}[2Jgone" in shown, shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", shown)


def test_the_switch_is_put_back(labs: Labs) -> None:
    labs.turn("code-replay", on=True)
    assert run(labs, "code-replay", "off") == 0
    assert labs.ask("GET", "/code-replay").json()["on"] is True
    labs.turn("code-replay", on=False)
    assert run(labs, "code-replay", "on") == 0
    assert labs.ask("GET", "/code-replay").json()["on"] is False


@pytest.mark.parametrize("defence", ["off", "on"])
def test_another_verdict_than_the_one_that_is_due_fails(
    labs: Labs, defence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(vars(labs.world("code-replay").lab), "steps", [])
    assert run(labs, "code-replay", defence) == 1
    told = capsys.readouterr().out
    assert "It did not run" in told
    assert f"This is not as it should be: with the defence {defence}" in told


def test_a_name_that_no_lab_has_is_answered_with_those_that_are(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(labs, "no-such-lab") == 1
    assert "There is no lab 'no-such-lab'. There are: password-grant, " in capsys.readouterr().err


def test_a_failure_is_not_taken_for_silence(
    labs: Labs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(labs.app.pages.extensions, "runner")
    assert run(labs, "code-replay", "off") == 1
    told = capsys.readouterr().err
    assert "The server failed: POST /api/labs/code-replay/attack was answered with 500" in told
    assert "`make logs` shows what it wrote" in told


def test_silence_is_told_apart_from_a_failure(labs: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    nobody = Settings(origin="http://labs.localhost:1", classroom=labs.classroom)
    assert main(["attack", "code-replay"], nobody) == 1
    assert "does not answer (ConnectionError); `make up` starts it." in capsys.readouterr().err


def test_all_labs_are_a_table_with_a_sum(labs_of_few: Labs, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(labs_of_few) == 0
    head, *rows, _, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["lab", "off", "on", "refused", "by"]
    assert [row.split()[0] for row in rows] == list(FEW)
    assert all(row.split()[1:3] == ["succeeded", "refused"] for row in rows)
    assert rows[1].endswith("Bank ID: POST /token → 400 invalid_grant")
    assert total == "3 labs: 3 succeed with the defence off, 3 are refused with it on."


def test_a_row_that_is_not_as_it_should_be_is_marked_and_fails(
    labs_of_few: Labs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(labs.chromium, "is_there", lambda _: False)
    monkeypatch.setitem(vars(labs_of_few.world("code-replay").lab), "steps", [])
    assert run(labs_of_few) == 1
    _, *rows, _, total, browser, wrong = capsys.readouterr().out.splitlines()
    assert [row[0] for row in rows] == [" ", "!", " "]
    assert "no browser   no browser" in rows[2]
    assert total == "3 labs: 1 succeed with the defence off, 1 are refused with it on."
    assert browser == f"Played in a browser, and there is none here: 1. {INSTALL}"
    assert wrong == "Not as they should be: 1, marked with `!`."


def test_a_container_is_told_to_start_another_one_and_a_machine_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    start = "Start one with `make up BROWSER=1`."
    assert labs.chromium.remedy() == INSTALL
    assert labs.chromium.remedy("http://127.0.0.1:9222") == start
    monkeypatch.setattr(labs.chromium, "can_be_driven", lambda: False)
    assert labs.chromium.remedy() == start
