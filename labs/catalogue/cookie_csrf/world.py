"""A cookie of 2012, which goes along whoever caused the request."""

from labs.worlds import LabWorld

OLD = ("Budget's session cookie is sent along from every site: `SameSite=None`.",)


def furnish(world: LabWorld) -> None:
    """Send the cookie along from everywhere."""
    # `Lax`, which browsers take today where nothing is said, would stop this form before the token could.
    world.parties["budget"].config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)
