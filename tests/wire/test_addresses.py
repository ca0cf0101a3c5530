"""Hosts are as browsers send them, whatever a setting says (RFC 3986 §3.2.2)."""

import pytest
from pydantic import ValidationError

from wire.addresses import Addresses


def test_a_host_is_written_in_small_letters() -> None:
    assert Addresses(auth_host="Auth.LOCALHOST").origin("auth") == "http://auth.localhost:9000"


@pytest.mark.parametrize(
    "host", ["", "auth..localhost", "-auth.localhost", "auth_.localhost", "http://auth.localhost", "a:1"]
)
def test_a_host_that_no_browser_could_ask_for_is_refused(host: str) -> None:
    with pytest.raises(ValidationError):
        Addresses(auth_host=host)


@pytest.mark.parametrize("address", ["::1", "[::1]", "127.0.0.1:80"])
def test_an_address_on_which_nobody_of_ours_listens_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        Addresses(localhost_address=address)
