"""Every countermeasure of the authorization server, one method each: what it stops, and where that is asked for."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from flask import Response, current_app, request, session
from flask_wtf.csrf import validate_csrf
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms import ValidationError

from auth_server.authorization_request import AuthorizationRequest
from auth_server.client_authentication import (
    Presented,
    authenticated_resource_server,
    named_by,
    named_client,
    presented_once,
    prove,
    resource_servers,
)
from auth_server.client_names import sounds_trusted
from auth_server.clock import now
from auth_server.config import settings
from auth_server.errors import (
    InvalidClient,
    InvalidClientMetadata,
    InvalidGrant,
    InvalidRedirectUri,
    InvalidRequest,
    InvalidScope,
    InvalidTarget,
    LeftToTheUser,
    OAuthError,
    PageError,
    SignInNeeded,
    StaleForm,
    TooManyRequests,
    UnauthorizedClient,
    UnsupportedGrantType,
    UnsupportedResponseType,
)
from auth_server.features import features
from auth_server.models import Client, Code, Grant, Token, Tokens, User
from auth_server.redirect_uris import only_loopback_port_differs, problem_of_redirect_uri
from auth_server.store import sha256, store
from wire.current import Current

UNRESERVED = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
NO_PASSWORD_GRANT = "no password grant here: an app that holds the password can do all that its owner can, unseen"


class Defences:
    """Checks pass silently or raise; methods named `new_…` make values; the rest harden a response."""

    # The authorization endpoint, in the order in which it asks.

    def client_is_known(self, client_id: str | None) -> Client:
        """Stops requests in the name of nobody: there is nowhere to answer to (RFC 6749 §4.1.2.1)."""
        client = store.find_client(client_id, now()) if client_id else None
        if client is None:
            facts = {"client_id": client_id or "(missing)"}
            raise PageError("We do not know this app", "It has not been registered here, or no longer is.", facts=facts)
        return client

    def redirect_uri_is_registered(self, client: Client, redirect_uri: str | None) -> str:
        """Stops codes from being sent to an attacker's URI, compared as strings (RFC 9700 §4.1.3)."""
        if redirect_uri is None and len(client.redirect_uris) == 1:
            return client.redirect_uris[0]
        if redirect_uri in client.redirect_uris or only_loopback_port_differs(client, redirect_uri or ""):
            return cast(str, redirect_uri)
        words = f"{client.client_name} asked us to send you to a redirect URI that it has not registered."
        facts = {"Asked for": redirect_uri or "(no redirect_uri)", "Registered": " ".join(client.redirect_uris)}
        # "MUST NOT automatically redirect the user-agent to the invalid redirection URI": RFC 6749 §4.1.2.1
        raise PageError("We stop here", f"{words} So we do not send you anywhere.", facts=facts)

    def parameters_are_not_repeated(self, values: MultiDict[str, str], names: Iterable[str]) -> None:
        """Stops one reader from checking the first value and another from using the last (RFC 6749 §3.1)."""
        # "Request and response parameters MUST NOT be included more than once."
        for name in names:
            if len(values.getlist(name)) > 1:
                raise InvalidRequest(f"{name} was sent more than once")

    def error_waits_for_the_user(
        self, user: User | None, authorization: AuthorizationRequest, problem: OAuthError
    ) -> None:
        """Stops this server from being a redirector for anyone who registers a client (RFC 9700 §4.11.2)."""
        if user is None:
            raise SignInNeeded(authorization.parameters)
        # A mistake on purpose needs no consent: only clients that the operator planted are told of it by themselves.
        if authorization.client.is_a_strangers and authorization.target.mode == "query":
            raise LeftToTheUser(authorization.target, problem, authorization.client.client_name)

    def response_type_is_code(self, response_type: str | None, client: Client, offered: Iterable[str]) -> None:
        """Stops tokens from travelling in a URL (RFC 9700 §2.1.2)."""
        if response_type is None:
            raise InvalidRequest("response_type is missing")
        if response_type not in offered:
            raise UnsupportedResponseType(f"this server offers response_type {' '.join(offered)}")
        if response_type not in client.response_types or "authorization_code" not in client.grant_types:
            raise UnauthorizedClient("this client is not registered for this flow")

    def challenge_is_present(self, code_challenge: str | None, client: Client) -> None:
        """Stops codes that anyone could redeem: PKCE is required (RFC 7636 §4.4.1)."""
        required_of_all = settings.pkce_required_of == "everyone"
        if code_challenge is None and (required_of_all or client.is_public):
            raise InvalidRequest("code_challenge is missing: PKCE is required")

    def challenge_method_is_s256(self, code_challenge: str | None, method: str | None, offered: Iterable[str]) -> None:
        """Stops a challenge that gives its verifier away; a missing method means plain (RFC 7636 §4.3)."""
        if code_challenge is None:
            return
        # With `plain` the challenge is the verifier, and it stands in the URL of the authorization request.
        if (method or "plain") not in offered:
            raise InvalidRequest(f"code_challenge_method must be {' '.join(offered)}; absent, it means plain")
        if method == "S256" and not (len(code_challenge) == 43 and set(code_challenge) <= UNRESERVED):
            raise InvalidRequest("code_challenge must be the base64url SHA-256 of the verifier: 43 characters")

    def scope_is_allowed(self, scope: tuple[str, ...], client: Client) -> None:
        """Stops a client from asking for what it was not registered for; there is no default (RFC 6749 §3.3)."""
        # A default would be what the user never read: the client has to say it, and the consent page to show it.
        if not scope:
            raise InvalidScope("scope is missing: say what you want to do, there is no default")
        for name in scope:
            if name not in features.scopes or name not in client.scope:
                raise InvalidScope(f"scope may be of {' '.join(client.scope)}")

    def resource_is_known(self, resource: tuple[str, ...]) -> None:
        """Stops tokens for resource servers that this server does not answer for (RFC 8707 §2)."""
        if any(uri not in resource_servers for uri in resource):
            raise InvalidTarget(f"resource may be of {' '.join(resource_servers)}")

    def public_client_asks_again(self, client: Client) -> bool:
        """Stops an app from being let in unseen in a public client's place, or by a stranger (RFC 6749 §10.2)."""
        # A public client's name is all that it has, and any app can use that; who made a client that registered itself
        # nobody knows. Only the user, looking at the page, can tell.
        return client.is_public or client.is_a_strangers

    def response_names_the_issuer(self) -> dict[str, str]:
        """Stops a client from taking one server's answer for another's (RFC 9207 §2)."""
        return {"iss": settings.issuer}

    def redirect_turns_post_into_get(self, response: BaseResponse) -> BaseResponse:
        """Stops a browser from posting the password on to the client (RFC 9700 §4.12)."""
        # 307 would repeat the POST, with the password in it, at the client.
        response.status_code = 303
        return response

    # People: sign-in, forms, pages.

    def form_token_matches(self) -> None:
        """Stops other sites from pressing this server's buttons (RFC 6749 §10.12)."""
        try:
            validate_csrf(request.form.get("csrf_token"))
        except ValidationError:
            raise StaleForm(
                "This form is too old",
                "It was made before you signed in or out in this browser. Go back, reload and try again.",
                error="csrf_token",
                status=403,
                section="RFC 6749 §10.12",
            ) from None

    def client_address_is_not_forged(self) -> str:
        """Stops a guesser from looking like many: the IP address is the connection's (RFC 9700 §4.13)."""
        # No proxy stands before this server, so whatever X-Forwarded-For says was written by the caller.
        return request.remote_addr or "unknown"

    def sign_in_guesses_are_limited(self, username: str, *, was_right: bool = False) -> None:
        """Stops guessing of passwords: guesses are counted per user and per IP address (RFC 6749 §10.10)."""
        limits = {
            store.key("guesses", "user", sha256(username)): settings.failed_sign_ins_per_user,
            store.key("guesses", "address", self.client_address_is_not_forged()): settings.failed_sign_ins_per_address,
        }
        if was_right:
            store.uncount(limits)  # only failures shall count
        elif not store.count(limits, seconds=60):
            raise PageError(
                "Too many wrong passwords",
                "Wait a minute, then try again.",
                error="too_many_requests",
                status=429,
                section="RFC 6749 §10.10",
            )

    def session_is_renewed_at_sign_in(self) -> None:
        """Stops a session that somebody else planted from becoming the user's (RFC 10017 §6.1.3.2)."""
        current_app.session_interface.regenerate(session)  # type: ignore[attr-defined]  # not once it is empty
        session.clear()

    def next_stays_on_this_site(self, target: str | None) -> str:
        """Stops the sign-in page from leading elsewhere: anything but our own request is ignored (RFC 6749 §10.15)."""
        if target and target.startswith("/authorize?") and all("!" <= character <= "~" for character in target):
            return target if "\\" not in target else "/apps"
        return "/apps"

    def page_cannot_be_framed(self, response: Response) -> None:
        """Stops a page of somebody else from lying under the user's click (RFC 9700 §4.16)."""
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Content-Security-Policy"] += "; frame-ancestors 'none'"

    def referrer_is_withheld(self, response: Response) -> None:
        """Stops URLs with state and code in them from leaving by Referer (RFC 9700 §4.2.4)."""
        response.headers["Referrer-Policy"] = "no-referrer"

    def response_is_not_cached(self, response: Response) -> None:
        """Stops tokens and personal pages from staying in a cache (RFC 6749 §5.1)."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Pragma"] = "no-cache"

    # The token endpoint, in the order in which it asks.

    def client_is_authenticated(self) -> Client:
        """Stops everybody who only knows a client's name: confidential clients prove theirs (RFC 6749 §3.2.1)."""
        try:
            presented = presented_once()
            client = named_by(presented)
            # Before the proof: a secret that leaked must not work by a way that its client never uses.
            self.method_is_the_registered_one(client, presented)
            prove(presented, client)
        except InvalidClient:
            self.client_secret_guesses_are_limited()
            raise
        return client

    def method_is_the_registered_one(self, client: Client, presented: Presented) -> None:
        """Stops a client's name or secret from opening what it proves by other means (RFC 7591 §2)."""
        if presented.method != client.token_endpoint_auth_method:
            raise InvalidClient(f"this client is registered for {client.token_endpoint_auth_method}")

    def client_secret_guesses_are_limited(self) -> None:
        """Stops guessing of client secrets, as their 256 random bits do, too (RFC 6749 §2.3.1)."""
        # The right secret is never kept out: else any page could lock a client out by sending wrong ones in its name.
        limit = RateLimitItemPerMinute(settings.failed_client_secrets)
        who = (sha256(named_client()), self.client_address_is_not_forged())
        if not secret_guesses.hit(limit, *who):
            raise TooManyRequests("too many wrong secrets of this client: wait a minute")

    def grant_type_is_offered(self, grant_type: str, client: Client) -> None:
        """Stops grants that this server does not offer, the password above all (RFC 9700 §2.4)."""
        offered = features.grant_types
        if grant_type not in offered:
            words = NO_PASSWORD_GRANT if grant_type == "password" else f"offered: {' '.join(offered)}"
            raise UnsupportedGrantType(words)
        if grant_type not in client.grant_types:
            raise UnauthorizedClient(f"this client is not registered for {grant_type}")

    def new_code(self) -> str:
        """Stops guessing: 256 random bits (RFC 6749 §10.10)."""
        return secrets.token_urlsafe(32)

    def code_belongs_to_client(self, code: Code, client: Client) -> None:
        """Stops one client from redeeming what was given to another (RFC 6749 §4.1.3)."""
        # "Ensure that the authorization code was issued to the authenticated confidential client": RFC 6749 §4.1.3
        if code.grant.client_id != client.client_id:
            raise InvalidGrant("this code was issued to another client")

    def code_has_not_expired(self, code: Code) -> None:
        """Stops a code found later; silent for a redeemed one, whose replay must be seen (RFC 6749 §4.1.2)."""
        # An old code that was redeemed goes on: its second use must end what the first one bought.
        if now() >= code.expires_at and not store.was_used(code.code_hash):
            raise InvalidGrant("this code has expired")

    def redirect_uri_is_unchanged(self, code: Code, redirect_uri: str | None) -> None:
        """Stops a code that went to another redirect URI from being brought here (RFC 6749 §4.1.3)."""
        # "Ensure that their values are identical": RFC 6749 §4.1.3. Where none was sent, one only was registered.
        if code.redirect_uri_was_sent and redirect_uri != code.redirect_uri:
            raise InvalidGrant("redirect_uri must be the one of the authorization request")

    def verifier_is_well_formed(self, verifier: str | None) -> None:
        """Stops verifiers short enough to guess: 43 to 128 unreserved characters (RFC 7636 §4.1)."""
        if verifier is not None and not (43 <= len(verifier) <= 128 and set(verifier) <= UNRESERVED):
            raise InvalidRequest("code_verifier must be 43 to 128 of A-Z a-z 0-9 - . _ ~")

    def verifier_has_a_challenge(self, code: Code, verifier: str | None) -> None:
        """Stops the downgrade: a verifier for a code that was bound to none (RFC 9700 §4.8.2)."""
        # Somebody took the challenge out of the request on its way: the client sent one, or it would bring no verifier.
        if verifier is not None and code.code_challenge is None:
            raise InvalidGrant("there was no code_challenge in the authorization request")

    def verifier_matches_challenge(self, code: Code, verifier: str | None) -> None:
        """Stops everyone who did not begin this flow from redeeming its code (RFC 7636 §4.6)."""
        if code.code_challenge is None:
            return
        # "If the values are not equal, an error response MUST be returned." Compared in constant time, as all secrets.
        transform = features.code_challenge_methods[code.code_challenge_method or "plain"]
        if verifier is None or not hmac.compare_digest(transform(verifier), code.code_challenge):
            raise InvalidGrant("code_verifier does not match the code_challenge")

    def code_is_used_once(self, code: Code, tokens: Tokens) -> None:
        """Stops the second use, and ends what the first one bought (RFC 6749 §4.1.2)."""
        # "The authorization server MUST deny the request": two that come at once are told apart by Redis alone.
        if not store.issue(tokens, spent=code.code_hash):
            raise InvalidGrant("this code was used before: what it bought is revoked")

    def resource_was_granted(self, grant: Grant) -> tuple[str, ...]:
        """Stops a token from being widened to a resource nobody consented to (RFC 8707 §2.2)."""
        resource = tuple(value for value in request.form.getlist("resource") if value)
        if any(uri not in grant.resource for uri in resource):
            raise InvalidTarget(f"resource may be of {' '.join(grant.resource)}")
        return resource or grant.resource

    def refresh_token_belongs_to_client(self, token: Token, client: Client) -> None:
        """Stops one client from using another's refresh token (RFC 6749 §6)."""
        # "MUST maintain the binding between a refresh token and the client to whom it was issued": RFC 6749 §10.4
        if token.grant.client_id != client.client_id:
            raise InvalidGrant("this refresh token was issued to another client")

    def refresh_token_has_not_expired(self, token: Token) -> None:
        """Stops a refresh token found after its last day, which rotation does not move (RFC 10017 §6.3.2.3)."""
        if now() >= token.expires_at:
            raise InvalidGrant("this refresh token has expired")

    def refreshed_scope_is_not_wider(self, scope: tuple[str, ...], token: Token) -> None:
        """Stops a client from widening what the user allowed (RFC 6749 §6)."""
        # "MUST NOT include any scope not originally granted by the resource owner"
        if not set(scope) <= set(token.scope):
            raise InvalidScope(f"scope may be of {' '.join(token.scope)}")

    def refresh_token_is_used_once(self, token: Token, tokens: Tokens) -> None:
        """Stops a copied refresh token from living on: its second use ends the family (RFC 9700 §4.14.2)."""
        # Who came second cannot be told from who came first, so neither keeps anything: the user signs in again.
        if not store.issue(tokens, spent=token.token_hash):
            raise InvalidGrant("this refresh token was used before, or access was withdrawn: its whole family is dead")

    # The endpoints around it.

    def caller_may_introspect(self) -> str:
        """Stops anyone but a resource server from asking what a token is worth (RFC 7662 §2.1)."""
        try:
            return authenticated_resource_server()
        except InvalidClient:
            self.client_secret_guesses_are_limited()
            raise

    def token_is_for_the_caller(self, token: Token, resource: str) -> bool:
        """Stops one resource server from learning about tokens for another (RFC 7662 §4)."""
        # What is not for the caller is as if it were not there: it learns neither the user nor the scope.
        return resource in token.resource

    def token_belongs_to_revoker(self, token: Token, client: Client) -> None:
        """Stops a client from ending what others were given (RFC 7009 §2.1)."""
        # "If this validation fails, the request is refused."
        if token.grant.client_id != client.client_id:
            raise InvalidGrant("this token was issued to another client")

    def redirect_uri_may_be_registered(self, redirect_uri: str, application_type: str) -> None:
        """Stops redirect URIs where a code would be read on its way (RFC 9700 §2.6, RFC 8252 §8.4)."""
        problem = problem_of_redirect_uri(redirect_uri, application_type)
        if problem:
            raise InvalidRedirectUri(f"{redirect_uri[:200]}: {problem}")

    def client_id_is_chosen_by_us(self, metadata: dict[str, object]) -> str:
        """Stops a client from taking the name of a person or of another client (RFC 9700 §4.15.1)."""
        return secrets.token_urlsafe(16)

    def new_client_gets_modest_scopes(self, client: Client) -> Client:
        """Stops a stranger from asking for money under a name that people trust (RFC 7591 §5)."""
        if client.client_name != client.client_id and sounds_trusted(client.client_name):
            raise InvalidClientMetadata("client_name sounds like a bank or a known app, or looks as if: choose another")
        return replace(client, scope=tuple(name for name in client.scope if not features.scopes[name].dangerous))

    def registrations_are_limited(self) -> None:
        """Stops strangers from filling the store with clients (RFC 7591 §5)."""
        limit = settings.registrations_per_hour
        if not store.count({store.key("registrations", self.client_address_is_not_forged()): limit}, seconds=3600):
            raise TooManyRequests("too many registrations from this IP address: wait an hour")


secret_guesses = cast("FixedWindowRateLimiter", Current("secret_guesses"))
defences = cast("Defences", Current("defences"))
