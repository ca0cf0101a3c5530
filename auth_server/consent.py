"""The consent form: the user allows, allows less, or denies (RFC 6749 §4.1.1)."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from auth_server.authorize import consent_page, request_in_order
from auth_server.defences import defences
from auth_server.errors import AccessDenied, AuthorizationRefused, PageError, SignInNeeded, StaleForm
from auth_server.features import features
from auth_server.models import Approval
from auth_server.scopes import split
from auth_server.sign_in import AGAIN, signed_in_user
from auth_server.store import store

bp = Blueprint("consent", __name__)


@bp.post("/consent")
def consent() -> Response | tuple[str, int]:
    """Check the request again, for the form came from a browser, then do what the user decided."""
    allowed = set(request.form.getlist("scope"))
    parameters = request.form.copy()
    parameters.setlist("scope", request.form.getlist("requested_scope"))
    user = signed_in_user()
    if user is None:
        raise SignInNeeded(parameters)
    try:
        defences.form_token_matches()
    except StaleForm:
        # Another tab signed in meanwhile, or another site sent this form. Either way nothing is decided by it: the
        # person is asked anew, under the name of whoever is signed in now.
        return consent_page(request_in_order(parameters), user.name, problem=f"{AGAIN} Please decide again."), 403
    authorization_request = request_in_order(parameters)
    decision = request.form.get("decision")
    if decision not in ("allow", "deny"):
        raise PageError("Allow or deny?", "The form must say decision=allow or decision=deny.")
    # Out of what was asked for, and in its order: a box that somebody adds to the form allows nothing more.
    scope = tuple(name for name in split(request.form.get("requested_scope")) if name in allowed)
    if decision == "deny" or not scope:
        raise AuthorizationRefused(authorization_request.target, AccessDenied("the user said no"))
    client = authorization_request.client
    # Before the grant is written, which then has to find the consent still there.
    is_remembered = not defences.public_client_asks_again(client)
    if is_remembered:
        store.remember_consent(user.sub, client.client_id, authorization_request.scope, scope)
    approval = Approval(user, scope, by_consent=is_remembered)
    return features.response_types[authorization_request.response_type](authorization_request, approval)
