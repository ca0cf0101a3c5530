"""Bank ID's good name leads nobody to a stranger (RFC 9700 §2.1)."""

import pytest

from tests.support.stops import stops
from tests.support.world import AUTH, World, WrongAnswer

ELSEWHERE = [
    "http://attacker.localhost:9666",
    "//attacker.localhost:9666/",
    "/\\attacker.localhost:9666/",
    "/\t/attacker.localhost:9666/",
    "\\\\attacker.localhost:9666/",
    "javascript:alert(1)",
]


def stays(location: str) -> None:
    """Hold that a redirect keeps the browser on Bank ID's own pages."""
    plain = location.removeprefix(AUTH)
    if not plain.startswith("/") or plain.replace("\\", "/").startswith("//") or set(plain) & {"\t", "\n", "\r"}:
        raise WrongAnswer(f"led to {location!r}")


@stops("auth_server.next_stays_on_this_site")
@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_leads_to_a_page_of_ours(world: World, target: str) -> None:
    """Where to go on is a page of this site, whoever wrote the link (RFC 9700 §2.1-2, RFC 6749 §10.15-1)."""
    answer = world.sign_in(next=target)
    assert answer.status_code == 303
    stays(answer.headers["Location"])


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("name", ["next", "to", "return_to", "redirect_uri", "continue"])
def test_no_parameter_leads_off_the_site(world: World, name: str, target: str) -> None:
    """No page takes an address from its query and goes there (RFC 9700 §2.1-2)."""
    for path in ("/login", "/logout", "/apps", "/authorize", "/"):
        location = world.ask("GET", path, query_string={name: target}).headers.get("Location")
        if location is not None:
            stays(location)
