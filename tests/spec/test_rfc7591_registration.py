"""Dynamic client registration (RFC 7591 §2 and §3)."""

import pytest

from tests.support.stops import stops
from tests.support.world import AUTH, World, answered, left_to_the_user

CALLBACK = "https://example.org/callback"


def test_minimal_request_gets_the_defaults(world: World) -> None:
    """RFC 7591 §2-1, §3.2.1-2."""
    client = answered(world.register(redirect_uris=[CALLBACK]), 201).get_json()
    assert client["token_endpoint_auth_method"] == "client_secret_basic"
    assert client["grant_types"] == ["authorization_code"] and client["response_types"] == ["code"]
    assert client["redirect_uris"] == [CALLBACK]


def test_answer_has_a_secret_for_those_who_keep_one(world: World) -> None:
    """RFC 7591 §3.2.1-1."""
    answer = answered(world.register(redirect_uris=[CALLBACK]), 201)
    first = answer.get_json()
    assert first["client_secret"] and "client_secret_expires_at" in first
    assert answer.headers["Cache-Control"] == "no-store"
    public = world.register(redirect_uris=[CALLBACK], token_endpoint_auth_method="none")
    second = answered(public, 201).get_json()
    assert "client_secret" not in second and second["client_id"] != first["client_id"]


def test_errors_are_told_apart(world: World) -> None:
    """RFC 7591 §2-2, §2.1-1, §3.2.2-1."""
    answered(world.register(), 400, "invalid_redirect_uri")
    mixed = world.register(redirect_uris=[CALLBACK], grant_types=["client_credentials"], response_types=["code"])
    answered(mixed, 400, "invalid_client_metadata")


def test_a_scope_that_buys_refresh_tokens_needs_their_grant(world: World) -> None:
    """A client that names no scope gets what its grants can use (RFC 7591 §2)."""
    both = ["authorization_code", "refresh_token"]
    without, with_it = (
        answered(world.register(redirect_uris=[CALLBACK], **grants), 201).get_json()["scope"].split()
        for grants in ({}, {"grant_types": both})
    )
    assert "offline_access" not in without and set(with_it) - set(without) == {"offline_access"}
    refused = world.register(redirect_uris=[CALLBACK], scope="balance:read offline_access")
    assert "refresh_token" in answered(refused, 400, "invalid_client_metadata").get_json()["error_description"]
    answered(world.register(redirect_uris=[CALLBACK], scope="offline_access", grant_types=both), 201)


def test_form_is_not_a_registration(world: World) -> None:
    """RFC 7591 §3.1-1."""
    form = {"redirect_uris": CALLBACK}
    answered(world.back_channel.post("/register", data=form, base_url=AUTH), 400, "invalid_client_metadata")


@pytest.mark.parametrize("grant_types", [[], ["refresh_token"]])
def test_a_client_that_can_do_nothing_is_refused(world: World, grant_types: list[str]) -> None:
    """A refresh token comes from another grant (RFC 7591 §2-2)."""
    answer = world.register(redirect_uris=[CALLBACK], grant_types=grant_types)
    answered(answer, 400, "invalid_client_metadata")


def test_null_means_absent(world: World) -> None:
    """A client gets the defaults for what it did not say (RFC 7591 §2-1)."""
    said = {"redirect_uris": [CALLBACK], "client_name": "Ledgerly"}
    names = ("grant_types", "response_types", "scope", "token_endpoint_auth_method", "application_type", "logo_uri")
    plain = answered(world.register(**said), 201).get_json()
    with_nulls = answered(world.register(**said, **dict.fromkeys(names)), 201).get_json()
    own = {"client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at"}
    assert {name: plain[name] for name in plain.keys() - own} == {
        name: with_nulls[name] for name in with_nulls.keys() - own
    }
    unnamed = answered(world.register(redirect_uris=[CALLBACK], client_name=None), 201).get_json()
    assert unnamed["client_name"] == unnamed["client_id"]
    answered(world.register(redirect_uris=None), 400, "invalid_redirect_uri")


TRUSTED = [
    *("Budget", "BALANCE ", "b\u00fcdget", "B u d g e t", "Bank Security", "MyBank", "BankID", "My bank's", "e-BANK"),
    *(
        "BaIance",
        "Ba1ance",
        "BAIANCE",
        "Ba|ance",
        "Bu\u200ddget",
        "ba\u200cnk",
        "\U0001f171\U0001f170\U0001f17d\U0001f17a",
    ),
    *("My-B\uff41nk", "\u0412udget", "Budg\u0435t", "\u042c\u0391\u039d\u041a", "\u0432\u0430nk", "\u13f4ANK"),
    *("\ua4d0udget", "\u15f7ank", "\U0001d401udget", "Ba\u04cfance", "\u0299\u1d00\u0274\u1d0b", "\u24b7ank"),
]
OWN = [
    *("Ledgerly", "Embankment Tours", "Burbank Pizza", "Budget Travel", "\u041a\u043d\u0438\u0433\u0430 \u65e5\u672c"),
    *("\u0628\u0631\u0646\u0627\u0645\u0647\u200c\u06cc \u0645\u0646", "\u0939\u093f\u0928\u094d\u200d\u0926\u0940"),
    *("Family \U0001f468\u200d\U0001f469\u200d\U0001f467", "\u042f\u043d\u0434\u0435\u043a\u0441 Go", "\u03bcTorrent"),
]


@stops("auth_server.new_client_gets_modest_scopes")
@pytest.mark.parametrize("name", TRUSTED)
def test_a_stranger_takes_no_name_that_people_trust(world: World, name: str) -> None:
    """Nor one that looks the same: the consent page would speak in another's name (RFC 7591 §5)."""
    metadata = {"redirect_uris": [CALLBACK], "client_name": f"{name} A" if "\U0001f171" in name else name}
    answered(world.register(**metadata), 400, "invalid_client_metadata")


@pytest.mark.parametrize("name", OWN)
def test_a_name_of_its_own_is_registered_as_it_is(world: World, name: str) -> None:
    """In every script, with the joiners that it needs (RFC 7591 §2)."""
    assert answered(world.register(redirect_uris=[CALLBACK], client_name=name), 201).get_json()["client_name"] == name


@pytest.mark.parametrize(
    "name",
    [
        " ",
        "\u3164",
        "\u2800",
        "\u200d",
        "\u00a0",
        "...",
        "42",
        " " * 100 + "a",
        "\u202eabc",
        "a\nb",
        "\ud800",
        7,
        ["a"],
    ],
)
def test_a_name_that_nobody_can_read_is_refused(world: World, name: object) -> None:
    """It takes a letter that can be seen, and characters that leave the page as it is (RFC 7591 §2-2)."""
    answered(world.register(redirect_uris=[CALLBACK], client_name=name), 400, "invalid_client_metadata")


@pytest.mark.parametrize(
    "character",
    ["e\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u0915\u094d\u0937\u093f", "\U0001f1e9\U0001f1ea"],
)
def test_a_long_name_is_cut_at_the_end_of_a_character(world: World, character: str) -> None:
    """Half a family or half a syllable is another one (RFC 7591 §2)."""
    answer = world.register(redirect_uris=[CALLBACK], client_name="A" + character * 100)
    name = answered(answer, 201).get_json()["client_name"]
    assert name == "A" + character * ((len(name) - 1) // len(character)) and 100 - len(character) < len(name) <= 100


@stops("auth_server.new_client_gets_modest_scopes")
def test_a_stranger_cannot_ask_for_the_money(world: World) -> None:
    """The answer says what was registered instead, and a link for more is refused (RFC 7591 §5, §3.2.1-2)."""
    metadata = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    client = answered(world.register(scope="balance:read transfers:write", **metadata), 201).get_json()
    world.sign_in()
    answer = world.authorize(client["client_id"], redirect_uri=CALLBACK, scope="transfers:write")
    left_to_the_user(answer, "invalid_scope")
    assert client["scope"] == "balance:read"
