"""The redirection endpoint: the browser brings the response, we redeem the code (RFC 6749 §4.1.2, §4.1.3)."""

from flask import Blueprint, Response, redirect, request, session, url_for

from client_app.authorization_server import read_metadata, request_token
from client_app.config import settings
from client_app.connections import begin_connection, end_connection, now
from client_app.defences import defences
from client_app.errors import AnswerRefused, ConsentDenied, EmptyAnswer, ForeignState, Problem
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
    browser = session.get("browser")
    ours = store.pending_of(browser)
    pending = defences.state_belongs_to_this_session(ours, request.args.get("state"), now())
    defences.issuer_is_the_one_we_asked(request.args.get("iss"), pending)
    if not (request.args.get("code") or request.args.get("error")):
        raise EmptyAnswer
    if not store.take_pending(browser, pending):  # a second callback was quicker
        raise ForeignState(state=pending.state)
    if request.args.get("error"):
        raise denial(request.args["error"], request.args.get("error_description"))
    token = request_token(
        read_metadata(pending.issuer),
        grant_type="authorization_code",
        code=request.args["code"],
        redirect_uri=settings.redirect_uri,
        code_verifier=pending.verifier,
    )
    defences.session_is_renewed_at_sign_in()
    former = session.get("connection")
    begin_connection(pending, token)
    end_connection(former)
    return home()  # the code leaves the address bar


def has_connected_by(state: str | None) -> bool:
    """Whether a response with this `state` has connected this session, and the connection stands."""
    return state in session.get("connected_by", []) and store.find_connection(session.get("connection")) is not None


def home() -> Response:
    return redirect(url_for("home.home"), 303)  # type: ignore[return-value]


def denial(error: str, description: str | None) -> Problem:
    """Return the page for an error response (RFC 6749 §4.1.2.1)."""
    page = ConsentDenied if error == "access_denied" else AnswerRefused
    return page(None, error=error, error_description=description)
