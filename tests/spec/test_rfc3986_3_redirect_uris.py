"""Only real URIs are registered and compared, and the response goes there unchanged to the byte (RFC 3986 §3)."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth_server.models import Client
from auth_server.redirect_uris import only_loopback_port_differs, problem_of_redirect_uri, read
from tests.support.stops import stops
from tests.support.world import World, WrongAnswer, answered, left_to_the_user, stopped_on_a_page

REAL = [
    "http://127.0.0.1/cb",
    "http://127.0.0.1:65535/cb",
    "http://[::1]:8000/cb",
    "http://[0:0:0:0:0:0:0:1]/cb",
    "HTTPS://Example.ORG:443/C%62?a=%7e&b",
    "https://example.org",
    "https://example.org?",
    "https://example.org./a;b=c,d/@:!$&'()*+",
    f"https://{'a' * 63}.example/cb",
    "https://[2001:db8::1]/cb",
    "https://xn--bcher-kva.example/",
    "https://under_score.example/cb",
    "com.example.app:/cb",
    "com.example.app:///cb",
    "com.example.app:cb",
    "com.example.app://host:1/cb",
    "web+piggy://auth_code_handler",
]
UNREAL = [
    "",
    "/cb",
    "//example.org/cb",
    "https:/example.org/cb",
    "https:///cb",
    "https://app..example/cb",
    "https://.example/cb",
    f"https://{'a' * 64}.example/cb",
    f"https://{'a.' * 127}example/cb",
    "https://999.1.1.1/cb",
    "https://127.1/cb",
    "https://0x7f000001/cb",
    "https://example.0x1/cb",
    f"https://example.org:{'0' * 1000}80/cb",
    "https://ex%61mple.org/cb",
    "https://b\u00fccher.example/cb",
    "https://example.org:65536/cb",
    "https://example.org:-1/cb",
    "https://example.org:8\u0663/cb",
    "https://example.org/%",
    "https://example.org/%zz",
    "https://example.org/a b",
    "https://example.org/\u00e9",
    "https://example.org/[1]",
    "https://example.org/?q={x}",
    "https://example.org/<>",
    'https://example.org/"',
    "https://example.org\\@evil.com/",
    "https://example.org/cb\n",
    " https://example.org/cb",
    "http://[::1].evil.com/",
    "http://[::1]evil.com/",
    "http://[::1/cb",
    "http://[::1%25lo]/cb",
    "http://[::1]:65536/cb",
    "http://127.0.0.1:99999/cb",
    "1com.example:/cb",
    "com.example.app:////cb?%",
]
COMPONENT = "https://example.org/cb?"


def registered(world: World, uri: str) -> str:
    """Register a native client with one redirect URI; return its id."""
    answer = world.register(redirect_uris=[uri], application_type="native", scope="balance:read")
    return str(answered(answer, 201).get_json()["client_id"])


@pytest.mark.parametrize("uri", REAL)
def test_the_response_goes_to_the_registered_string(world: World, uri: str) -> None:
    """Unchanged to the byte, and its query is kept (RFC 6749 §3.1.2-2)."""
    client_id = registered(world, uri)
    world.sign_in()
    for decision in ("deny", "allow"):
        page = answered(world.authorize(client_id, redirect_uri=uri, scope="balance:read"), 200)
        location = world.decide(page, decision).headers["Location"]
        assert location.startswith(uri + ("&" if "?" in uri else "?"))
        assert ("code" if decision == "allow" else "error") in dict(parse_qsl(urlsplit(location).query))


@stops("auth_server.redirect_uri_may_be_registered")
@pytest.mark.parametrize("uri", UNREAL)
def test_what_is_no_uri_is_not_registered(world: World, uri: str) -> None:
    """Characters, percent-encodings, labels of 1 to 63, ports to 65535 (RFC 3986 §2.1, §3.2.2, §3.2.3)."""
    answered(world.register(redirect_uris=[uri], application_type="native"), 400, "invalid_redirect_uri")


@stops("auth_server.redirect_uri_is_registered")
@pytest.mark.parametrize("port", ["99999", "65536", "-1", "+1", " 1", "1a", "\u0661", "", "1:2", "1@evil.com:2"])
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_port_that_cannot_be_is_not_the_registered_one(world: World, host: str, port: str) -> None:
    """A page says so, before and after signing in, and nothing is sent there (RFC 8252 §7.3, RFC 3986 §3.2.3)."""
    client_id = registered(world, f"http://{host}/cb")
    stopped_on_a_page(world.authorize(client_id, redirect_uri=f"http://{host}:{port}/cb"))
    world.sign_in()
    for scope in ("balance:read", "nonsense"):
        stopped_on_a_page(world.authorize(client_id, redirect_uri=f"http://{host}:{port}/cb", scope=scope))


@stops("auth_server.redirect_uri_may_be_registered")
@pytest.mark.parametrize(
    "query",
    [
        "state=1",
        "a=1&code=x",
        "iss",
        "error=&x",
        "error_description=x",
        "error_uri=x",
        "st%61te=1",
        "%63ode",
        "id_token=x",
        "access_token=x",
        "token_type=x",
        "expires_in=1",
        "scope=x",
        "response=x",
        "session_state=x",
    ],
)
def test_the_query_holds_no_name_of_the_response(world: World, query: str) -> None:
    """The client would be told two of it, and might read the first (RFC 6749 §4.1.2, §3.1-3)."""
    answered(world.register(redirect_uris=[COMPONENT + query]), 400, "invalid_redirect_uri")
    answered(world.register(redirect_uris=[COMPONENT + "statecode=1&State=2&x=state"]), 201)


@pytest.mark.parametrize(
    "uri", ["http.evil.app:/callback", "https.evil.app:/callback", "com.example.app://example.org/callback"]
)
def test_a_private_use_scheme_is_what_parsing_says(world: World, uri: str) -> None:
    """Whatever it begins with, the person is warned: any app can claim it (RFC 8252 §8.4, RFC 3986 §3.1)."""
    client_id = registered(world, uri)
    answered(world.register(redirect_uris=[uri]), 400, "invalid_redirect_uri")
    world.sign_in()
    page = answered(world.authorize(client_id, redirect_uri=uri, scope="balance:read"), 200)
    assert "Any app on this device can claim such a link" in page.text
    assert f'<strong class="host">{uri.partition(":")[0]}:</strong>' in page.text
    answer = world.authorize(client_id, redirect_uri=uri, scope="balance:read", response_mode="web_message")
    left_to_the_user(answer, "invalid_request")
    web = answered(world.authorize(registered(world, REAL[0]), redirect_uri=REAL[0], scope="balance:read"), 200)
    assert "Any app on this device" not in web.text


def test_a_sign_in_page_reads_any_address(world: World) -> None:
    """However long its port is, the page is shown, and leads nobody there (RFC 3986 §3.2.3)."""
    client_id = registered(world, "http://127.0.0.1/cb")
    target = f"/authorize?client_id={client_id}&redirect_uri=http://127.0.0.1:{'9' * 5000}/cb"
    page = answered(world.ask("GET", "/login", query_string={"next": target}), 200)
    assert "After that you go back to" not in page.text


def test_the_code_is_redeemed_with_the_port_that_was_asked_for(world: World) -> None:
    """A client that says nothing of its type is a web client, and its port may vary too (RFC 8252 §7.3-1)."""
    metadata = {"redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none"}
    client_id = answered(world.register(**metadata), 201).get_json()["client_id"]
    uri = "http://127.0.0.1:51004/cb"
    code = world.code(client_id, redirect_uri=uri, scope="balance:read")
    answered(world.redeem(code, client_id, redirect_uri="http://127.0.0.1/cb"), 400, "invalid_grant")
    answered(world.redeem(code, client_id, redirect_uri=uri), 200)


# What the grammar can make, and what it cannot.

segments = st.text("abcXYZ019-._~!$&'()*+,;=:@", max_size=8) | st.sampled_from(["%41", "%e2%82%ac", "%2F"])
labels = st.text("abcXYZ019-_", min_size=1, max_size=63)
hosts = st.lists(labels, min_size=1, max_size=4).map(lambda parts: ".".join([*parts, "example"]))
uris = st.builds(
    lambda scheme, host, port, path, query: f"{scheme}://{host}{port}/{'/'.join(path)}{query}",
    st.sampled_from(["https", "HTTPS", "com.example.app", "web+x"]),
    hosts,
    st.just("") | st.integers(0, 65535).map(lambda port: f":{port}"),
    st.lists(segments, max_size=4),
    st.just("") | st.lists(segments, max_size=3).map(lambda parts: "?" + "&x".join(["", *parts])),
)


@given(uris)
@settings(max_examples=200, deadline=None)
def test_what_the_grammar_makes_is_read_and_may_be_registered(uri: str) -> None:
    parts = read(uri)
    if parts is None or problem_of_redirect_uri(uri, "native"):
        raise WrongAnswer(f"refused {uri}")
    whole = urlsplit(uri)
    assert (parts.scheme, parts.host, parts.path) == (whole.scheme, whole.hostname, whole.path)


@given(uris, st.integers(0, 2000), st.sampled_from(' "<>\\^`{|}[]\x00\x7f\u00e9\ud800%'))
@settings(max_examples=200, deadline=None)
def test_a_character_that_no_uri_has_makes_it_none(uri: str, place: int, character: str) -> None:
    place = min(place, len(uri))
    spoilt = uri[:place] + character + uri[place:]
    if character == "%" and read(spoilt) is not None:
        assert all(letter in "0123456789abcdefABCDEF" for letter in spoilt[place + 1 : place + 3])
        return
    assert read(spoilt) is None and problem_of_redirect_uri(spoilt, "native")


@given(st.text(max_size=60) | st.text("htps:/[]@.#?%1a", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_judged_without_an_error(text: str) -> None:
    client = Client("any", "Any", redirect_uris=(text, "http://127.0.0.1/cb"), scope=())
    assert problem_of_redirect_uri(text, "web") is None or not text.startswith("https://example.org/")
    assert isinstance(only_loopback_port_differs(client, text), bool)


@given(st.integers(-1, 200_000), st.sampled_from(["127.0.0.1", "[::1]", "localhost", "127.0.0.2"]))
@settings(max_examples=100, deadline=None)
def test_every_real_port_of_a_loopback_literal_is_equal_and_no_other(port: int, host: str) -> None:
    client = Client("any", "Any", redirect_uris=(f"http://{host}:1/cb",), scope=())
    due = host in ("127.0.0.1", "[::1]") and 0 <= port <= 65535
    assert only_loopback_port_differs(client, f"http://{host}:{port}/cb") is due


@given(uris)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_registered_is_answered_as_it_is(world: World, uri: str) -> None:
    client_id = registered(world, uri)
    if world.ask("GET", "/apps").status_code != 200:
        world.sign_in()
    page = world.authorize(client_id, redirect_uri=uri, scope="balance:read")
    location = world.decide(page).headers["Location"]
    assert location.startswith(uri) and location[len(uri)] in "?&"
    link = left_to_the_user(world.authorize(client_id, redirect_uri=uri, scope="nonsense"), "invalid_scope")
    assert link.startswith(uri) and link[len(uri)] in "?&"
