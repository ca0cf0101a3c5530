"""The table of settings in docs: the code reads each of them, and Docker hands it on as local processes do."""

import re

import pytest

import auth_server.config
import wire.journal
from sandbox.settings import ROOT
from wire.addresses import Addresses

TABLE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`.*?) \|", TABLE, re.MULTILINE)
NAMES = [name.replace("…", "SANDBOX") for row in ROWS for name in re.findall("`([^`]+)`", row)]
ADDRESSES = {f"SANDBOX_{name.upper()}" for name in Addresses.model_fields}
OF_THE_PARTIES = {
    *(f"AUTH_{name.upper()}" for name in auth_server.config.Settings.model_fields),
    *(f"WIRE_{name.upper()}" for name in wire.journal.Settings.model_fields),
}
OF_THIS_MACHINE = {
    "RUNTIME": "sandbox/__main__.py",
    "SANDBOX_STATE": "sandbox/settings.py",
    "SANDBOX_LOCALHOST_ADDRESS": "wire/session.py",
    "SANDBOX_CA": "docker-compose.yml",
    "CHROMIUM": "wire/browser.py",
}


def test_the_table_names_every_port_and_every_host() -> None:
    assert set(NAMES) >= ADDRESSES


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_of_the_table_is_read(name: str) -> None:
    assert name in ADDRESSES | OF_THE_PARTIES or name in (ROOT / OF_THIS_MACHINE[name]).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_THIS_MACHINE])
def test_docker_hands_it_on(name: str) -> None:
    """As it is set or, if it is not, with its default or not at all."""
    handed_on = re.compile(rf"^ +{name}:( \${{{name}:-[^}}]+}})?( #.*)?$", re.MULTILINE)
    assert handed_on.search((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
