"""A program tries one password after the other, each time from another address, or so it says."""

from labs.stage import Stage, Stuck
from labs.steps import step

WORDS = ["password", "letmein", "carol123", "summer", "autumn", "winter", "garden", "rose", "tulip", "lily", "orchid"]
WORDS += ["daisy", "violet", "winter-garden"]  # it stands on the list by chance


@step("attacker")
def tries_one_password_after_the_other(stage: Stage) -> None:
    """Try a list of passwords for carol at Bank ID's sign-in, each with an `X-Forwarded-For` of its own."""
    for number, word in enumerate(WORDS, start=1):
        # The connection comes from one IP address all the time; the header costs nothing to write.
        answer = stage.attacker.sign_in("carol", word, {"X-Forwarded-For": f"203.0.113.{number}"})
        if answer == 429:
            raise Stuck("Bank ID takes no more guesses from this address")
        if answer == 303:
            return
