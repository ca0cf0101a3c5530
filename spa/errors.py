"""What can go wrong at Balance's host, each with a page that says so."""

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

PLAIN = {  # Flask's own errors in our words
    404: ("There is no such page", "The URL leads to nothing at Balance. Perhaps a letter of it got lost."),
    405: ("That is not how this page is opened", "Balance's host hands out files, and takes nothing in."),
    414: ("That URL is too long", "It has more than the 8,000 characters that we read."),
    431: ("That was too much", "Your browser sent more header fields than we read. Deleting our cookies may help."),
    500: ("Something broke at Balance's host", "The fault is ours. Try again in a moment."),
}


def show(error: HTTPException) -> HTTPException | tuple[str, int, dict[str, str]]:
    """Say on a page of Balance's what went wrong; a response that was made whole already stays as it is."""
    if error.code is None:
        return error
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    title, text = PLAIN.get(error.code, ("That did not work", error.description))
    return render_template("problem.html", title=title, text=text), error.code, allow


def register(app: Flask) -> None:
    """Give every failure a page."""
    app.register_error_handler(HTTPException, show)
