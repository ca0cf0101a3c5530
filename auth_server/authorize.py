"""Authorization endpoint: a client sends the user here to ask for access (RFC 6749 §3.1)."""

import secrets
from urllib.parse import quote_plus, urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from auth_server.authorization_request import AuthorizationRequest
from auth_server.defences import defences
from auth_server.errors import (
    AuthorizationRefused,
    ConsentWithdrawn,
    InvalidRequest,
    OAuthError,
    PageError,
    SignInNeeded,
)
from auth_server.features import features
from auth_server.models import Approval
from auth_server.parameters import every_parameter, well_formed
from auth_server.redirect_uris import destination, origin
from auth_server.sign_in import signed_in_user
from auth_server.store import store

LONGEST_URL = 7500  # characters; of the sign-in page's, too, which carries the request on within its own
LONGEST_ENCODED = 20  # characters that one can become when it is encoded twice: four bytes, each `%25XX`
bp = Blueprint("authorize", __name__)


@bp.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response | str:
    """Answer an authorization request: at once where consent is remembered, else ask (RFC 6749 §4.1.1)."""
    parameters = every_parameter()
    authorization_request = request_in_order(parameters)
    user = signed_in_user()
    if user is None:
        raise SignInNeeded(parameters)
    client, scope = authorization_request.client, authorization_request.scope
    remembered = store.consented_scope(user.sub, client.client_id)
    if set(scope) <= remembered and not defences.public_client_asks_again(client):
        approval = Approval(user, scope, by_consent=True)
        return features.response_types[authorization_request.response_type](authorization_request, approval)
    return consent_page(authorization_request, user.name)


def request_in_order(parameters: MultiDict[str, str]) -> AuthorizationRequest:
    """Check client and redirect URI first, and tell the rest by redirect (RFC 6749 §4.1.2.1)."""
    # Until the redirect URI is known to be the client's, an error is a page: who sent the user here is not yet known.
    try:
        defences.parameters_are_not_repeated(parameters, ("client_id", "redirect_uri"))
        well_formed(parameters, ("client_id", "redirect_uri"))
    except InvalidRequest as problem:
        raise PageError("We stop here", problem.description) from None
    read_ahead(parameters.get("client_id"))
    client = defences.client_is_known(parameters.get("client_id"))
    redirect_uri = defences.redirect_uri_is_registered(client, parameters.get("redirect_uri") or None)
    authorization_request = AuthorizationRequest(client, redirect_uri, parameters)
    if is_too_long(authorization_request.fields()):
        raise PageError("We stop here", f"The request is too long: a URL holds {LONGEST_URL} characters.")
    try:
        check(authorization_request)
    except OAuthError as problem:
        defences.error_waits_for_the_user(signed_in_user(), authorization_request, problem)
        raise AuthorizationRefused(authorization_request.target, problem) from None
    return authorization_request


def is_too_long(fields: list[tuple[str, str]]) -> bool:
    """Whether the sign-in page, whose URL carries the request on, would have one that is too long."""
    if sum(len(name) + len(value) + 2 for name, value in fields) * LONGEST_ENCODED < LONGEST_URL:
        return False  # as of nearly all, without encoding them to see
    return len(quote_plus(same_request(fields))) > LONGEST_URL


def read_ahead(client_id: str | None) -> None:
    """Fetch the client and what the user allowed it in one round trip."""
    user = signed_in_user()
    if client_id and user:
        store.read_ahead(store.client_key(client_id), store.consent_key(user.sub, client_id))


def check(authorization_request: AuthorizationRequest) -> None:
    """Check what goes back to the client by redirect when it is wrong."""
    rows = features.authorization_parameters
    once = [name for name, parameter in rows.items() if not parameter.may_be_repeated]
    defences.parameters_are_not_repeated(authorization_request.parameters, once)
    well_formed(authorization_request.parameters, rows)
    for parameter in rows.values():
        parameter.check(authorization_request)


def consent_page(authorization_request: AuthorizationRequest, name: str, problem: str = "") -> str:
    """Show what is asked for in human words, and what is not."""
    fields = dict(authorization_request.fields())
    if "transaction" not in fields:
        authorization_request.parameters.add("transaction", secrets.token_urlsafe(9))
    return render_template(
        "consent.html",
        client=authorization_request.client,
        requested=[features.scopes[name] for name in authorization_request.scope],
        not_asked=[scope for name, scope in features.scopes.items() if name not in authorization_request.scope],
        fields=[(key, value) for key, value in authorization_request.fields() if key != "scope"],
        requested_scope=" ".join(authorization_request.scope),
        redirect_uri=authorization_request.redirect_uri,
        destination=destination(authorization_request.redirect_uri),
        origin=origin(authorization_request.redirect_uri),
        mode=authorization_request.mode,
        user=name,
        remembers=not defences.public_client_asks_again(authorization_request.client),
        problem=problem,
        here=same_request(authorization_request.fields()),  # for POST too, whose parameters stand in no URL
    )


@bp.app_errorhandler(SignInNeeded)
def sign_in_first(needed: SignInNeeded) -> Response:
    """Send the user to sign in, and from there to the same request by GET; one by POST is made again at once."""
    transaction = needed.parameters
    if transaction is None:
        return redirect(url_for("sign_in.login"), 303)
    names = (*features.authorization_parameters, "transaction")
    pairs = [(name, value) for name in names for value in transaction.getlist(name)]
    if "transaction" not in transaction:
        pairs.append(("transaction", secrets.token_urlsafe(9)))
    if request.endpoint == "authorize.authorize" and request.method == "POST":
        return redirect(same_request(pairs), 303)  # another site's form came without the cookie, which a GET brings
    return redirect(url_for("sign_in.login", next=same_request(pairs)), 303)


@bp.app_errorhandler(ConsentWithdrawn)
def ask_anew(withdrawn: ConsentWithdrawn) -> Response:
    """Send the user to the same request: nobody remembers a consent now, so the consent page comes."""
    return redirect(same_request(withdrawn.fields), 303)


def same_request(pairs: list[tuple[str, str]]) -> str:
    """Return the request as a URL of ours."""
    return "/authorize?" + urlencode(pairs)
