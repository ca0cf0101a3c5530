"""Authorization endpoint: a client sends the user here to ask for access (RFC 6749 §3.1)."""

import secrets
from urllib.parse import quote_plus, urlencode

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from auth_server.authorization_request import NAMES, AuthorizationRequest
from auth_server.defences import defences
from auth_server.errors import AuthorizationRefused, InvalidRequest, OAuthError, PageError, SignInNeeded
from auth_server.features import features
from auth_server.parameters import every_parameter, well_formed
from auth_server.redirect_uris import destination, origin
from auth_server.scopes import SCOPES
from auth_server.sign_in import signed_in_user
from auth_server.store import store

LONGEST_ADDRESS = 7500  # characters; of the sign-in page's, too, which carries the request on within its own
bp = Blueprint("authorize", __name__)


@bp.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response | str:
    """Answer an authorization request: at once where consent is remembered, else ask (RFC 6749 §4.1.1)."""
    parameters = every_parameter()
    asked = request_in_order(parameters)
    user = signed_in_user()
    if user is None:
        raise SignInNeeded(parameters)
    remembered = store.consented_scope(user.sub, asked.client.client_id)
    if set(asked.scope) <= remembered and not defences.public_client_asks_again(asked.client):
        return features.response_types[str(asked.get("response_type"))](asked, user, asked.scope)
    return consent_page(asked, user.name)


def request_in_order(parameters: MultiDict[str, str]) -> AuthorizationRequest:
    """Check client and redirect URI first, and tell the rest by redirect (RFC 6749 §4.1.2.1)."""
    try:
        defences.parameters_are_not_repeated(parameters, ("client_id", "redirect_uri"))
        well_formed(parameters, ("client_id", "redirect_uri"))
    except InvalidRequest as problem:
        raise PageError("We stop here", problem.description) from None
    read_ahead(parameters.get("client_id"))
    client = defences.client_is_known(parameters.get("client_id"))
    redirect_uri = defences.redirect_uri_is_registered(client, parameters.get("redirect_uri") or None)
    asked = AuthorizationRequest(client, redirect_uri, parameters)
    if len(quote_plus(same_request(asked.fields()))) > LONGEST_ADDRESS:
        raise PageError("We stop here", f"The request is too long: an address holds {LONGEST_ADDRESS} characters.")
    defences.error_waits_for_the_user(signed_in_user(), parameters)
    try:
        check(asked)
    except OAuthError as problem:
        raise AuthorizationRefused(asked.address, problem) from None
    return asked


def read_ahead(client_id: str | None) -> None:
    """Fetch the client and what the user allowed it in one round trip."""
    user = signed_in_user()
    if client_id and user:
        store.read_ahead(store.client_key(client_id), store.consent_key(user.sub, client_id))


def check(asked: AuthorizationRequest) -> None:
    """Check what goes back to the client by redirect when it is wrong."""
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    defences.parameters_are_not_repeated(asked.parameters, NAMES)
    well_formed(asked.parameters, (*NAMES, "resource"))
    defences.response_type_is_code(asked.get("response_type"), asked.client, features.response_types)
    mode_is_offered(asked)
    defences.challenge_is_present(challenge, asked.client)
    defences.challenge_method_is_s256(challenge, method, features.code_challenge_methods)
    defences.scope_is_allowed(asked.scope, asked.client)
    defences.resource_is_known(asked.resource)


def mode_is_offered(asked: AuthorizationRequest) -> None:
    """Refuse a way of answering that this server, or the redirect URI, does not know (RFC 8414 §2)."""
    wanted = asked.get("response_mode") or "query"
    if wanted not in features.response_modes or wanted != asked.mode:
        raise InvalidRequest(f"response_mode may be of {' '.join(features.response_modes)}; a message needs an origin")


def consent_page(asked: AuthorizationRequest, name: str) -> str:
    """Show what is asked for in human words, and what is not."""
    fields = dict(asked.fields())
    if "transaction" not in fields:
        asked.parameters.add("transaction", secrets.token_urlsafe(9))
    return render_template(
        "consent.html",
        client=asked.client,
        asked=[SCOPES[name] for name in asked.scope],
        not_asked=[scope for name, scope in SCOPES.items() if name not in asked.scope],
        fields=[(key, value) for key, value in asked.fields() if key != "scope"],
        requested_scope=" ".join(asked.scope),
        redirect_uri=asked.redirect_uri,
        destination=destination(asked.redirect_uri),
        origin=origin(asked.redirect_uri),
        mode=asked.mode,
        user=name,
        here=same_request(asked.fields()),  # for POST too, whose parameters stand in no address
    )


@bp.app_errorhandler(SignInNeeded)
def sign_in_first(needed: SignInNeeded) -> Response:
    """Send the user to sign in, and from there to the same request by GET; one by POST is made again at once."""
    transaction = needed.parameters
    if transaction is None:
        return redirect(current_app.url_for("sign_in.login"), 303)
    names = (*NAMES, "resource", "transaction")
    pairs = [(name, value) for name in names for value in transaction.getlist(name)]
    if "transaction" not in transaction:
        pairs.append(("transaction", secrets.token_urlsafe(9)))
    if request.endpoint == "authorize.authorize" and request.method == "POST":
        return redirect(same_request(pairs), 303)  # another site's form came without the cookie, which a GET brings
    return redirect(current_app.url_for("sign_in.login", next=same_request(pairs)), 303)


def same_request(pairs: list[tuple[str, str]]) -> str:
    """Return the request as an address of ours."""
    return "/authorize?" + urlencode(pairs)
