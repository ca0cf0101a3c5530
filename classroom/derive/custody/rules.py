"""The rules of custody: who may hold which secret, who never, and why. One table, read from top to bottom."""

from dataclasses import dataclass
from functools import lru_cache

ANY = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """The first rule that fits decides; `places` are beginnings of the holder's places, `may` is its verdict."""

    name: str
    holder: str
    kinds: tuple[str, ...]
    may: bool
    why: str
    section: str
    places: tuple[str, ...] = ("",)
    title: str = ""  # of the finding about its breaches
    finding: str = ""  # the name of that finding

    def fits(self, holder: str, kind: str, place: str) -> bool:
        return (
            self.holder in (holder, ANY) and (kind in self.kinds or ANY in self.kinds) and place.startswith(self.places)
        )


SECRETS = (
    "password",
    "client_secret",
    "session",
    "state",
    "nonce",
    "verifier",
    "code",
    "access_token",
    "refresh_token",
    "id_token",
    "device_code",
)
TOKENS = ("access_token", "refresh_token")
IN_THE_OPEN = ("address", "history")
ADDRESSES = (*IN_THE_OPEN, "query", "referer")  # of a browser, and as whoever receives them sees them

RULES = (
    Rule("attacker-holds-a-secret", "attacker", SECRETS, False,
         "Nothing of this is meant for a stranger.", "RFC 9700 §3",
         title="The attacker holds a secret", finding="attacker_holds_a_secret"),
    Rule("attacker", "attacker", (ANY,), True, "This is no secret.", "RFC 7636 §1"),
    Rule("observer", "classroom", (ANY,), True,
         "The classroom sees the whole wire; it takes part in no flow.", "RFC 9110 §3"),
    Rule("person", "person", ("password", "user_code"), True, "It is theirs.", "RFC 6749 §1.1"),
    Rule("password-in-an-address", ANY, ("password",), False,
         "A password in a URL stays in histories and logs.", "RFC 6749 §4.3.2", ADDRESSES,
         title="A password in a URL", finding="password_in_address"),
    Rule("password-through-the-browser", "browser", ("password",), True,
         "The person types it into the page of the authorization server.", "RFC 6749 §3.1"),
    Rule("password-at-its-server", "auth", ("password",), True,
         "The one place that checks passwords; it keeps a hash.", "RFC 6749 §3.1"),
    Rule("password-elsewhere", ANY, ("password",), False,
         "Who has the password can do everything, for ever: sharing it is what OAuth ended.", "RFC 9700 §2.4",
         title="The password in the wrong hands", finding="password_elsewhere"),
    # Before the rules of browsers and pages: it is wrong in a URL for whoever sends it, also for a server.
    Rule("client-secret-in-an-address", ANY, ("client_secret",), False,
         "It belongs in a header or a form, never where URLs are logged.", "RFC 6749 §2.3.1", ADDRESSES,
         title="The client's secret in a URL", finding="secret_in_address"),
    Rule("client-secret-in-a-browser", "browser", ("client_secret",), False,
         "Whatever a browser holds, its user and every script in the page can read.", "RFC 6749 §10.1",
         title="The client's secret in a browser", finding="secret_in_a_browser"),
    Rule("client-secret-in-a-page", "balance", ("client_secret",), False,
         "A page cannot keep a secret: everybody who loads it has it.", "RFC 10017 §6.3",
         title="The client's secret in a browser", finding="secret_in_a_browser"),
    Rule("client-secret-at-the-bank", "bank", ("client_secret",), False,
         "A client proves itself to the authorization server only.", "RFC 6749 §2.3", ("received",),
         title="A client's secret at the resource server", finding="secret_at_the_bank"),
    Rule("token-in-an-address", ANY, TOKENS, False,
         "URLs stay in histories, logs and the next site's Referer.", "RFC 6750 §5.3", ADDRESSES,
         title="A token in a URL", finding="token_in_address"),
    Rule("token-in-a-cookie-jar", "browser", TOKENS, False,
         "A cookie goes along unasked, also with another site's requests.", "RFC 6750 §5.3", ("cookies",),
         title="A token in a cookie", finding="token_in_a_cookie"),
    Rule("token-in-a-browser", "browser", TOKENS, False,
         "This client has a server to keep its tokens on; the browser needs none.", "RFC 10017 §6.1", ("page",),
         title="A token in a browser that needs none", finding="token_in_a_browser"),
    Rule("token-at-the-page's-host", "balance", TOKENS, False,
         "The host of a page only hands out files; the tokens are the tab's.", "RFC 10017 §6.3", ("host",),
         title="A token at the host of a page", finding="token_at_the_host"),
    Rule("refresh-token-at-the-bank", "bank", ("refresh_token",), False,
         "A refresh token is for the authorization server only.", "RFC 6749 §1.5",
         title="A refresh token at the resource server", finding="refresh_token_at_the_bank"),
    Rule("verifier-in-the-open", "browser", ("verifier",), False,
         "Who reads the verifier can spend a stolen code.", "RFC 7636 §7.1", (*IN_THE_OPEN, "cookies"),
         title="The verifier in the open", finding="verifier_in_the_open"),
    Rule("verifier-at-the-page's-host", "balance", ("verifier",), False,
         "The verifier stays in the tab that made it.", "RFC 7636 §4.1", ("host",),
         title="The verifier at the host of a page", finding="verifier_at_the_host"),
    Rule("code-in-a-referer", ANY, ("code",), False,
         "The next site was told the URL of the page, and the code stood in it.", "RFC 9700 §4.2.4", ("referer",),
         title="The code leaked as Referer", finding="code_in_referer"),
    Rule("code-at-another-client", ANY, ("code",), False,
         "It was sent to another client's redirect URI.", "RFC 9700 §4.5", ("astray",),
         title="The code at another client", finding="code_at_another_client"),
    Rule("code-at-the-bank", "bank", ("code", "verifier", "id_token"), False,
         "The bank takes part in no sign-in: it gets an access token, and no more.", "RFC 6749 §7",
         title="Part of a sign-in at the resource server", finding="code_at_the_bank"),
    Rule("session-elsewhere", "bank", ("session",), False,
         "The bank knows no sessions: a token opens its door.", "RFC 6749 §7",
         title="A session at the resource server", finding="session_elsewhere"),
    Rule("everything-else", ANY, (ANY,), True, "It needs this for its part.", "RFC 6749 §4.1"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def verdict(holder: str, kind: str, place: str) -> Rule:
    """Return the rule that decides whether somebody may hold something at a place."""
    return next(rule for rule in RULES if rule.fits(holder, kind, place))


PLACES = {  # the first of them is the usual one
    "browser": ("page", "address", "history", "cookies"),
    "balance": ("page", "host"),  # in the tab that runs it; at the server that hands out its files
    "person": ("own",),
}
AT_A_PROGRAM = ("own", "received", "query", "referer")


@lru_cache(maxsize=4096)
def never(holder: str, kind: str) -> Rule | None:
    """Return the rule by which this kind may be at no place of this holder, in the words for the usual one."""
    rules = [verdict(holder, kind, place) for place in PLACES.get(holder, AT_A_PROGRAM)]
    return None if any(rule.may for rule in rules) else rules[0]
