"""Every countermeasure of Budget, one method each: what it stops, and where that is asked for."""

import secrets
from typing import cast

from flask import Response, current_app, request, session
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import ValidationError

from client_app.config import HELP_PAGES
from client_app.errors import AmbiguousAnswer, ForeignState, FormTokenMissing, LeavesThisSite, UnfitServer, WrongIssuer
from client_app.models import Metadata, Pending, TokenResponse
from wire.current import Current


class Defences:
    """Checks pass silently or raise; methods named `new_…` make values; the rest harden a response."""

    def new_state(self) -> str:
        """Stops a forged callback from guessing the `state` (RFC 6749 §10.10)."""
        return secrets.token_urlsafe(32)

    def new_verifier(self) -> str:
        """Stops a stolen code from being redeemed elsewhere: 43 characters nobody can guess (RFC 7636 §4.1)."""
        return secrets.token_urlsafe(32)

    def server_supports_pkce(self, metadata: Metadata) -> None:
        """Stops us from leaning on PKCE where the server would ignore it (RFC 9700 §2.1.1)."""
        # Without the server's promise we MUST assume that it ignores the challenge (RFC 9700 §2.1.1), and then whoever
        # reads a code can redeem it.
        if "S256" not in metadata.code_challenge_methods_supported:
            raise UnfitServer("It does not promise PKCE, without which a stolen code could be used.")

    def metadata_is_the_issuers(self, metadata: Metadata, issuer: str) -> None:
        """Stops one server from speaking in another's name (RFC 8414 §3.3)."""
        # The two MUST be identical (RFC 8414 §3.3): a dishonest server could name an honest one's endpoints and its own
        # token endpoint, and collect the codes.
        if metadata.issuer != issuer:
            raise UnfitServer("Its description of itself names another service.", issuer=metadata.issuer)

    def answer_says_each_thing_once(self, answer: MultiDict[str, str]) -> None:
        """Stops a value smuggled in beside the one that somebody else has checked (RFC 6749 §3.1)."""
        # The framework hands out the first value; a page in between may have looked at the last.
        for name in ("state", "iss", "code", "error", "error_description"):
            if len(answer.getlist(name)) > 1:
                raise AmbiguousAnswer(repeated=name)

    def state_belongs_to_this_session(self, ours: dict[str, Pending], state: str | None, now: float) -> Pending:
        """Stops an attacker's callback in the victim's browser: login CSRF (RFC 6749 §10.12)."""
        # Ours are those of this browser's session: a link with the attacker's code and state opens in Alice's browser,
        # which never asked for it, and so Budget does not show the attacker's account as hers.
        pending = ours.get(state or "")
        if pending is None or now >= pending.expires_at:
            error = {name: request.args.get(name) for name in ("error", "error_description")}
            raise ForeignState(state=state or "(missing)", **error)
        return pending

    def issuer_is_the_one_we_asked(self, iss: str | None, pending: Pending) -> None:
        """Stops mix-up: an honest server's code carried to a dishonest one (RFC 9207 §2.4)."""
        # A server that promises `iss` and is heard without it is another server, or somebody took it out.
        if iss is None and not pending.iss_promised:
            return
        if iss != pending.issuer:  # as strings, character by character
            raise WrongIssuer(asked=pending.issuer, answered=iss or "(nobody)")

    def token_type_is_understood(self, token: TokenResponse) -> None:
        """Stops us from using a token in a way it was not made for (RFC 6749 §7.1)."""
        # A client MUST NOT use a token whose type it does not understand (RFC 6749 §7.1): sent as Bearer, a token that
        # needs a proof of possession would be given away.
        if token.token_type.lower() != "bearer":
            raise UnfitServer("It gave us a kind of token that we do not know.", token_type=token.token_type)

    def session_is_renewed_at_sign_in(self) -> None:
        """Stops an attacker who planted the session's number from sharing what follows (RFC 10017 §6.1.3.2)."""
        session.pop("csrf_token", None)  # the forms that the session has shown so far are not the user's
        current_app.session_interface.regenerate(session)  # type: ignore[attr-defined]

    def form_token_matches(self, token: str | None) -> None:
        """Stops another site's form from spending our user's cookie (RFC 10017 §6.1.3.3)."""
        try:
            validate_csrf(token)
        except ValidationError as problem:
            raise FormTokenMissing from problem

    def redirect_stays_on_this_site(self, to: str) -> None:
        """Stops our good name from leading people, or codes, to a stranger (RFC 9700 §4.11.1)."""
        if to not in HELP_PAGES:
            raise LeavesThisSite(asked=to)

    def referrer_is_withheld(self, response: Response) -> None:
        """Stops the URL of a page, and a code in it, from travelling in `Referer` (RFC 9700 §4.2.4)."""
        response.headers["Referrer-Policy"] = "no-referrer"


defences = cast("Defences", Current("defences"))
