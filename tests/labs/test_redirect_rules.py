"""The bench for redirect URIs says of each address where its code would go."""

from labs import redirect_rules


def said(registered: str, requested: str, rule: str) -> redirect_rules.Judgement:
    return next(one for one in redirect_rules.compare(registered, requested) if one.rule == rule)


def test_another_scheme_is_another_place_though_the_host_is_the_same() -> None:
    """Only the host is compared, and whoever claims `web+evil` gets the code (RFC 8252 §8.4)."""
    found = said("web+piggy://auth_code_handler", "web+evil://auth_code_handler", "host only")
    assert found.takes and "web+evil" in found.means and found.lab == "redirect-matrix"


def test_on_the_same_host_the_code_stays_there() -> None:
    found = said("http://balance.localhost/callback", "http://balance.localhost/leave", "host only")
    assert found.takes and "stays on the registered host" in found.means and found.lab == "open-redirector"
