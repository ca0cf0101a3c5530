"""Balance shows an advertisement."""

from labs.old_pages import change_page
from labs.worlds import LabWorld

OLD = ("Balance's page loads a picture from an advertiser, and its policy for content allows that.",)


def furnish(world: LabWorld) -> None:
    """Put the picture into the page, and its sender into the policy."""
    advertiser = world.here.attacker
    picture = f'<img src="{advertiser}/ad.png" alt="An advertisement" width="300" height="60">'
    change_page(world, lambda page: page.replace("<main>", f"{picture}\n<main>"), img_src=advertiser)
