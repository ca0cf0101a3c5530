"""The bank describes itself: where a client learns how to get a token for it (RFC 9728 §2, §3)."""

from tests.support.bank_world import Bank
from tests.support.stub_parties import AUTH, BANK
from tests.support.world import answered


def test_the_document_names_the_resource(bank: Bank) -> None:
    """`resource` is the bank's own address, and what it lists is how it works (RFC 9728 §2-1)."""
    document = answered(bank.get("/.well-known/oauth-protected-resource", None), 200).get_json()
    assert document["resource"] == BANK
    assert document["authorization_servers"] == [AUTH]
    assert document["bearer_methods_supported"] == ["header"]


def test_the_listed_scopes_are_the_ones_that_open_something(bank: Bank) -> None:
    """With all that is listed every resource answers (RFC 9728 §2)."""
    document = answered(bank.get("/.well-known/oauth-protected-resource", None), 200).get_json()
    bank.know("all", scope=" ".join(document["scopes_supported"]))
    for door in bank.doors("all"):
        assert door().status_code in (200, 201)
