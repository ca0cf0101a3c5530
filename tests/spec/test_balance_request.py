"""Balance, a public client: what it asks the authorization server for, and with what."""

import hashlib
import re
from base64 import urlsafe_b64encode

from tests.support.balance_world import Balance, is_connected, is_refused
from tests.support.stops import stops
from tests.support.world import WrongAnswer

UNRESERVED = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def s256(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def differ(*values: str) -> None:
    """Hold that none is missing, and none comes twice."""
    if not all(values) or len(set(values)) != len(values):
        raise WrongAnswer(f"expected fresh values, got {values}")


@stops("js.newVerifier", "js.newState", "js.challengeOf")
def test_every_request_has_a_fresh_state_and_the_hash_of_a_fresh_verifier(balance: Balance) -> None:
    """(RFC 6749 §4.1.1-2; RFC 7636 §4.1-1, §4.2-1; RFC 9700 §2.1.1-1)"""
    for tab in (balance.connect(), balance.connect()):
        is_connected(tab)
    asked = [sent.query for sent in balance.asked("/authorize")]
    verifiers = [sent.form["code_verifier"] for sent in balance.asked("/token")]
    differ(*(query.get("state", "") for query in asked))
    differ(*verifiers)
    assert all(UNRESERVED.fullmatch(verifier) for verifier in verifiers)
    assert {query["code_challenge_method"] for query in asked} == {"S256"}
    shown, due = {query["code_challenge"] for query in asked}, {s256(verifier) for verifier in verifiers}
    if shown != due:
        raise WrongAnswer(f"expected the challenges {due}, got {shown}")


@stops("js.challengeOf")
def test_the_challenge_is_the_one_of_the_standards_example(balance: Balance) -> None:
    """(RFC 7636 §4.2-1)"""
    example = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    shown = balance.open().evaluate(f"import('/js/defences.js').then((all) => all.challengeOf('{example}'))")
    if shown != "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM":
        raise WrongAnswer(f"the challenge of Appendix B is another than {shown}")


def test_the_metadata_say_where_to_go(balance: Balance) -> None:
    """(RFC 9700 §2.6-1)"""
    issuer = balance.auth.issuer
    names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "revocation_endpoint": "revoke"}
    balance.auth.metadata |= {name: f"{issuer}/moved/{end}" for name, end in names.items()}
    tab = balance.connect()
    is_connected(tab)
    tab.get_by_role("button", name="Forget now").click()
    tab.get_by_text("revoked at Bank ID").wait_for()
    asked = [sent.path for sent in balance.wire if sent.party == "auth"]
    assert asked == [
        "/.well-known/oauth-authorization-server",
        *(f"/moved/{end}" for end in names.values()),
    ]


@stops("js.metadataIsTheIssuers")
def test_metadata_of_another_issuer_are_not_believed(balance: Balance) -> None:
    """(RFC 8414 §3.3-1)"""
    tab = balance.open()
    for issuer in ("http://attacker.localhost:9009", f"{balance.auth.issuer}/", balance.auth.issuer.upper(), ""):
        balance.auth.metadata["issuer"] = issuer
        is_refused(balance.connect(tab), f"issuer: {issuer}")
    assert not balance.asked("/authorize")


def test_metadata_that_lack_an_endpoint_lead_nowhere(balance: Balance) -> None:
    """An address that is missing must not be taken for one of Balance's own host (RFC 8414 §2)."""
    tab = balance.open()
    for name in ("token_endpoint", "authorization_endpoint"):
        balance.auth.metadata[name] = None
        is_refused(balance.connect(tab), f"{name}: (missing)")
    assert not balance.asked("/authorize")


def test_unknown_metadata_are_ignored(balance: Balance) -> None:
    """What a newer server says besides does no harm (RFC 8414 §2)."""
    balance.auth.metadata |= {"moon_phases_supported": ["full"], "__proto__": {"issuer": "nobody"}}
    is_connected(balance.connect())


def test_the_code_is_redeemed_by_a_form_without_cookies(balance: Balance) -> None:
    """The token request is a public client's: its name, and no secret (RFC 6749 §4.1.3; RFC 7636 §4.5)."""
    is_connected(balance.connect())
    (sent,) = balance.asked("/token")
    assert sent.method == "POST"
    assert sent.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert not {"Cookie", "Authorization"} & set(sent.headers.keys())
    assert sent.form == {
        "grant_type": "authorization_code",
        "code": balance.auth.codes[-1],
        "redirect_uri": f"{balance.origin}/callback",
        "client_id": "balance",
        "code_verifier": sent.form["code_verifier"],
        "resource": balance.servers["bank"].origin,
    }
