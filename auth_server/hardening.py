"""What every response of this server has in common: headers, and errors in the form their reader expects."""

from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from auth_server.answer import authorization_response, complete, with_query
from auth_server.defences import defences
from auth_server.errors import AuthorizationRefused, LeftToTheUser, OAuthError, PageError
from auth_server.features import features
from auth_server.redirect_uris import destination

EXPLANATIONS = {
    404: "There is no page at this URL.",
    405: "This page does not take that method.",
    413: "Your browser sent more than we read: 64 KiB.",
    414: "This URL is longer than we read.",
    431: "Your browser sent more header fields, or longer ones, than we read. Deleting this site's cookies may help.",
}
RETRY_AFTER = "5"  # seconds
POLICY = "default-src 'self'; base-uri 'none'"
LEADS_TO_CLIENTS = ("sign_in.login", "sign_in.sign_in", "authorize.authorize", "consent.consent")


def register(app: Flask) -> None:
    """Register headers and error handlers."""
    app.after_request(add_headers)
    app.register_error_handler(OAuthError, oauth_error)
    app.register_error_handler(AuthorizationRefused, refused_by_redirect)
    app.register_error_handler(LeftToTheUser, left_to_the_user)
    app.register_error_handler(PageError, page_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(RedisError, store_is_away)


def add_headers(response: Response) -> Response:
    """Add what protects a page and its URL; sign-in and consent lead to clients, so name no form-action."""
    leads_to_clients = request.endpoint in LEADS_TO_CLIENTS
    response.headers["Content-Security-Policy"] = POLICY if leads_to_clients else f"{POLICY}; form-action 'self'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    defences.page_cannot_be_framed(response)
    defences.referrer_is_withheld(response)
    if not (request.endpoint or "").endswith("static"):
        defences.response_is_not_cached(response)
    return let_browser_apps_read(response)


def let_browser_apps_read(response: Response) -> Response:
    """Let pages of any origin read the endpoints that a browser app calls, and no others (RFC 9700 §2.6)."""
    # This is safe because these endpoints never look at a cookie: whoever asks brings a code with its verifier, a token
    # or a secret, and a page that has them gets what any program gets. Access-Control-Allow-Credentials is never sent,
    # so no browser adds cookies either. /authorize acts for whoever is signed in, and its answers are for nobody else's
    # scripts: no origin may read it, Balance's neither.
    endpoint = features.endpoints.get(request.path)
    if endpoint and endpoint.any_origin_may_read:
        response.headers["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            response.headers["Access-Control-Max-Age"] = "600"
    return response


def is_for_programs(path: str) -> bool:
    """Whether a program reads what is answered there: it has no session, and its errors are JSON."""
    endpoint = features.endpoints.get(path)
    return endpoint.callers != "people" if endpoint else path.startswith("/.well-known/")


def oauth_error(problem: OAuthError) -> Response:
    """Answer a client (RFC 6749 §5.2)."""
    response = jsonify(error=problem.error, error_description=problem.description)
    response.status_code = problem.status
    if problem.status == 401:
        # "A server generating a 401 MUST send at least one challenge", whichever way was tried: RFC 9110 §11.6.1
        response.headers["WWW-Authenticate"] = 'Basic realm="Bank ID"'
    return response


def refused_by_redirect(refused: AuthorizationRefused) -> Any:
    """Answer a client through the browser (RFC 6749 §4.1.2.1)."""
    return authorization_response(refused.target, error_parameters(refused.problem))


def left_to_the_user(refused: LeftToTheUser) -> tuple[str, int]:
    """Show the error to the person, with a link that takes it to the client (RFC 9700 §4.11.2)."""
    parameters = complete(refused.target, error_parameters(refused.problem))
    page = render_template(
        "left_to_the_user.html",
        client_name=refused.client_name,
        problem=refused.problem,
        destination=destination(refused.target.redirect_uri),
        redirect_uri=refused.target.redirect_uri,
        onward=with_query(refused.target.redirect_uri, parameters),
    )
    return page, refused.problem.status


def error_parameters(problem: OAuthError) -> dict[str, str]:
    """Return the error as the client is told of it (RFC 6749 §4.1.2.1)."""
    return {"error": problem.error, "error_description": problem.description}


def page_error(problem: PageError) -> tuple[str, int]:
    """Tell the person."""
    return render_template("refusal.html", problem=problem), problem.status


def http_error(problem: HTTPException) -> Any:
    """Answer what never reached an endpoint, or broke in it, in the form its reader expects."""
    status = problem.code or 500
    if isinstance(getattr(problem, "original_exception", None), RedisError):
        return store_is_away(problem)
    kept = {name: value for name, value in problem.get_headers() if name == "Allow"}
    if is_for_programs(request.path):
        error = "server_error" if status >= 500 else "invalid_request"
        answer = jsonify(error=error, error_description=problem.name)
        return answer, status, kept
    whose = "Your browser sent something that we cannot read." if status < 500 else "Something went wrong on our side."
    page = PageError(problem.name, EXPLANATIONS.get(status, whose), error=str(status))
    page.status, page.section = status, ""
    return *page_error(page), kept


def store_is_away(problem: Exception) -> Response:
    """Answer 503 while Redis is away: nothing is decided without the store, and the same request may come again.

    Where that is not so, because something may be used up, the answer is `RedemptionUnknown`.
    """
    current_app.logger.error("the store did not do its work: %s", getattr(problem, "original_exception", problem))
    if is_for_programs(request.path):
        answer = jsonify(error="temporarily_unavailable", error_description="the store is away: try again")
    else:
        words = "Its store does not answer. Reload this page in a moment."
        page = PageError("Bank ID is resting", words, error="503", status=503, section="")
        answer = make_response(render_template("refusal.html", problem=page))
    answer.status_code, answer.headers["Retry-After"] = 503, RETRY_AFTER
    return answer
