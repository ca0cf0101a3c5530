"""An answer that is taken back before it leaves: what it was about to promise could not be written down."""

from flask import Response

PROMISES = ("Location", "Set-Cookie")


def put_in_place_of(response: Response, other: Response) -> None:
    """Make a response that is about to leave into another one; what hardens every response stays as it is."""
    response.status_code = other.status_code
    response.set_data(other.get_data())
    for name in PROMISES:
        response.headers.remove(name)
    response.headers.update(other.headers)
