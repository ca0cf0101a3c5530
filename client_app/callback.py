"""The redirection endpoint: the browser brings the response, we redeem the code (RFC 6749 §4.1.2, §4.1.3)."""

import contextlib

from flask import Blueprint, Response, g, redirect, request, session, url_for
from redis.exceptions import RedisError

from client_app.authorization_server import read_metadata, request_token
from client_app.config import settings
from client_app.connections import begin_connection, end_connection, give_back, now
from client_app.defences import defences
from client_app.errors import (
    AnswerRefused,
    AuthorizationServerAway,
    ConsentDenied,
    EmptyAnswer,
    ForeignState,
    Problem,
    TokenResponseLost,
    Unfinished,
)
from client_app.models import Metadata, Pending, TokenResponse
from client_app.store import store

bp = Blueprint("callback", __name__)


@bp.get("/callback")
def callback() -> Response:
    """Take an authorization response; parameters we do not know are ignored (RFC 6749 §4.1.2)."""
    if request.method == "HEAD":  # from a preview of links, or a checker: it reads nothing, and must not sign in
        return Response(status=204)
    defences.answer_says_each_thing_once(request.args)
    if has_connected_by(request.args.get("state")):
        # Back, and then the bank answers the same request again. There is nothing left to do, and nobody to warn: the
        # state is this session's own. The code is not looked at, and ends by itself.
        return home()
    browser = session.get("browser", "")
    ours = store.pending_of(browser)
    pending = defences.state_belongs_to_this_session(ours, request.args.get("state"), now())
    defences.issuer_is_the_one_we_asked(request.args.get("iss"), pending)
    if not (request.args.get("code") or request.args.get("error")):
        raise EmptyAnswer
    if request.args.get("error"):
        take(browser, pending)
        raise denial(request.args["error"], request.args.get("error_description"))
    # Read before the request is taken: where the server is away, nothing has happened yet, and a reload goes on.
    metadata = read_metadata(pending.issuer)
    take(browser, pending)
    token = redeem(metadata, browser, pending)
    former = session.get("connection")
    try:
        defences.session_is_renewed_at_sign_in()
        begin_connection(pending, token)
    except RedisError as problem:  # nobody could give these tokens back later
        give_back(metadata, token)
        raise Unfinished from problem
    with contextlib.suppress(RedisError):  # what is new stands; the former one's tokens end by themselves
        end_connection(former)
    return home()  # the code leaves the address bar


def take(browser: str, pending: Pending) -> None:
    """Take the request, so that of two callbacks that race one goes on; from here on a reload finds none."""
    g.when_redis_is_away = Unfinished
    if not store.take_pending(browser, pending):  # a second callback was quicker
        raise ForeignState(state=pending.state)


def redeem(metadata: Metadata, browser: str, pending: Pending) -> TokenResponse:
    """Redeem the code, which we MUST NOT use more than once (RFC 6749 §4.1.2)."""
    try:
        return request_token(
            metadata,
            grant_type="authorization_code",
            code=request.args["code"],
            redirect_uri=settings.redirect_uri,
            code_verifier=pending.verifier,
        )
    except AuthorizationServerAway:  # it has not begun: the code is good still, and a reload brings it again
        store.add_pending(browser, pending)
        raise
    except TokenResponseLost as problem:
        raise Unfinished(None, **problem.raw) from problem


def has_connected_by(state: str | None) -> bool:
    """Whether a response with this `state` has connected this session, and the connection stands."""
    return state in session.get("connected_by", []) and store.find_connection(session.get("connection")) is not None


def home() -> Response:
    return redirect(url_for("home.home"), 303)  # type: ignore[return-value]


def denial(error: str, description: str | None) -> Problem:
    """Return the page for an error response (RFC 6749 §4.1.2.1)."""
    page = ConsentDenied if error == "access_denied" else AnswerRefused
    return page(None, error=error, error_description=description)
