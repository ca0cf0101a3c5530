"""What can go wrong for Budget's users, each with the page that says so."""

from typing import Any

import requests
from flask import Flask, g, render_template, request
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException, InternalServerError

Page = tuple[str, int, dict[str, str]]
SOON = 5  # seconds until it is worth while to try again
ORDERS = ("transfers.transfer", "empty_the_account.empty_the_account")  # forms that move money
PLAIN = {  # Flask's own errors in our words
    404: ("There is no such page", "The URL leads to nothing at Budget. Perhaps a letter of it got lost."),
    405: ("That is not how this page is opened", "Go back to the first page and use its buttons."),
    413: ("That was too much", "What was sent is larger than any form of ours, so we did not read it."),
    414: ("That URL is too long", "It has more than the 8,000 characters that we read."),
    431: ("That was too much", "Your browser sent more header fields than we read. Deleting our cookies may help."),
    500: ("Something broke at Budget", "The fault is ours. Go back to the first page to see how things stand."),
}


class Problem(Exception):
    """Something a person should read; `raw` is what the other side said, word for word."""

    status = 400
    title = "That did not work"
    text = "Please start again from the first page."
    connects_again = False  # whether its page offers to connect the bank
    retry_after: int | None = None  # seconds; only where the same request, sent again, does what it was meant to

    def __init__(self, text: str | None = None, **raw: Any) -> None:
        super().__init__(text or self.text)
        self.raw = {name: value for name, value in raw.items() if value}


class ForeignState(Problem):
    """The callback does not belong to a request that this browser began (RFC 6749 §10.12)."""

    title = "This answer is not for you"
    text = (
        "An answer from the bank arrived that this browser did not ask for, or asked for too long ago. "
        "We threw it away and asked the bank for nothing."
    )


class AmbiguousAnswer(Problem):
    """The answer says the same thing more than once (RFC 6749 §3.1)."""

    title = "This answer contradicts itself"
    text = "An answer from the bank says the same thing more than once, so we cannot trust it. We threw it away."


class EmptyAnswer(Problem):
    """The answer holds neither a code nor an error (RFC 6749 §4.1.2)."""

    title = "This answer says nothing"
    text = "An answer from the bank came with neither a code nor an error. We are still waiting for the real one."


class WrongIssuer(Problem):
    """The answer came from another authorization server than the one asked (RFC 9207 §2.4)."""

    title = "Somebody else answered"
    text = "We asked one bank and another one answered. We threw the answer away."


class LeavesThisSite(Problem):
    """The URL is not one of our help pages (RFC 9700 §4.11.1)."""

    title = "We do not lead there"
    text = "Budget links to its own help pages only."


class BadForm(Problem):
    """A form was filled in with something that we cannot read."""

    title = "We could not read the form"


class FormTokenMissing(Problem):
    """The form did not come from one of our pages, or its page was open too long (RFC 6749 §10.12)."""

    status = 403
    title = "This form did not come from us"
    text = "The request did not carry our form's token, so nothing was done. Open the page again and retry."


class ConsentDenied(Problem):
    """The resource owner said no (RFC 6749 §4.1.2.1)."""

    status = 403
    title = "You said no, and that is fine"
    text = "Budget got nothing: no password, no key, no look at your account. You can connect another day."


class AuthorizationRefused(Problem):
    """The authorization server said no (RFC 6749 §4.1.2.1, §5.2)."""

    status = 502
    title = "Your bank did not connect us"
    text = "The bank's sign-in service turned our request down."


class AnswerRefused(AuthorizationRefused):
    """What the browser brought was an error, or a code that is no good (RFC 6749 §4.1.2.1, §5.2)."""

    status = 400


class UnfitServer(Problem):
    """The authorization server is not one we can safely work with."""

    status = 502
    title = "We do not trust this sign-in service"


class ConnectionEnded(Problem):
    """The refresh token is no longer good (RFC 6749 §5.2)."""

    status = 409
    title = "Your connection has ended"
    connects_again = True
    text = (
        "The bank no longer accepts our key: it ran out, you took it back, or its successor was lost on the way to us. "
        "Connect again to go on."
    )


class NotConnected(Problem):
    """There is no connection in this session."""

    status = 409
    title = "You are not connected"
    connects_again = True
    text = "Connect your bank first. If you were connected, your session here has been lost."


class AuthorizationServerAway(Problem):
    """The authorization server does not answer, or has not begun to do what it was asked."""

    status = 503
    title = "Bank ID is away"
    text = "The bank's sign-in service does not answer. Nothing is lost: reload this page in a moment."
    retry_after = SOON


class TokenResponseLost(Problem):
    """An access token request was sent, and no answer came: what it carried may be used up (RFC 6749 §10.5)."""

    status = 503


class RefreshUnanswered(Problem):
    """What came of a refresh is not known; only the refresh token can tell, and if it was used up, all is lost."""

    status = 503
    title = "Bank ID has not answered"
    text = (
        "We asked the bank's sign-in service for a new key, and its answer did not arrive. Reload this page in a "
        "moment: if our old key was used up by that, we will ask you to connect again."
    )
    retry_after = SOON


class Refreshing(Problem):
    """Another request of this connection holds the refresh token, which is good for one use."""

    status = 503
    title = "Budget is refreshing its access"
    text = (
        "Another page of yours has asked the bank's sign-in service for a new key, and still waits for the answer. "
        "Two pages cannot renew the same key. Your connection is kept: reload this page in a moment."
    )
    retry_after = SOON


class Unfinished(Problem):
    """A code, or a refresh token, may be used up, and we do not have what it bought: nothing can be sent again."""

    status = 503
    title = "The connection was not finished"
    text = (
        "Something got lost on the way between the bank's sign-in service and our notes. What it gave us was good for "
        "one use, so reloading this page does not help. Connect again, as soon as you like."
    )
    connects_again = True


class BankAway(Problem):
    """The bank does not answer, or asks us to come back."""

    status = 503
    title = "The bank is away"
    text = "The bank does not answer. Your connection is kept: reload this page in a moment."
    retry_after: int | None = SOON


class BankUnable(BankAway):
    """The bank answered that it cannot, and does not ask us to come back."""

    text = "The bank says that it cannot do this. Your connection is kept."
    retry_after = None


class StoreAway(Problem):
    """Redis does not answer."""

    status = 503
    title = "Budget has lost its notebook"
    text = "We cannot reach the place where we keep our notes. Reload this page in a moment."
    retry_after = SOON


class BankRefused(Problem):
    """The bank answered with an error; the response is kept as it came (RFC 6750 §3.1)."""

    title = "The bank said no"

    def __init__(self, response: requests.Response) -> None:
        super().__init__("The bank turned our request down.")
        self.response = response
        status = response.status_code
        # Not 401, which would be a challenge to the browser: it would ask its user to sign in.
        self.status = status if status in range(400, 500) and status != 401 else 403
        self.raw = {
            "status": f"{response.status_code} {response.reason}",
            "WWW-Authenticate": response.headers.get("WWW-Authenticate", "(none)"),
            "body": response.text[:2000],
        }


def show(problem: Problem) -> Page:
    """Render the page of a problem."""
    headers = {"Retry-After": str(problem.retry_after)} if problem.retry_after else {}
    is_order = request.endpoint in ORDERS and problem.status >= 500
    return render_template("problem.html", problem=problem, is_order=is_order), problem.status, headers


def store_is_away(_: RedisError) -> Page:
    """Render the page that is true while Redis is away: whoever has begun what cannot be repeated says so in `g`."""
    problem: type[Problem] = g.get("when_redis_is_away", StoreAway)
    return show(problem())


def show_http(error: HTTPException) -> Page:
    """Render Flask's own errors, such as 404, as pages of ours; what failed beneath a 500 may have its own."""
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, RedisError):
        return store_is_away(error.original_exception)
    title, text = PLAIN.get(error.code or 500, (error.name, error.description or ""))
    problem = Problem(text)
    problem.title, problem.status = title, error.code or 500
    page, status, headers = show(problem)
    return page, status, headers | {name: value for name, value in error.get_headers() if name == "Allow"}


def register(app: Flask) -> None:
    """Give every failure a page, never a stack trace."""
    app.register_error_handler(Problem, show)
    app.register_error_handler(RedisError, store_is_away)
    app.register_error_handler(HTTPException, show_http)
