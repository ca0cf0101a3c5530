"""Balance, answered by a message from a window of its own: whom it believes, and how each way ends (RFC 9700 §4.17)."""

import json

from playwright.sync_api import Page

from tests.spec.test_balance_answer import nothing_was_redeemed
from tests.support.balance_world import Balance, is_connected, is_refused
from tests.support.stops import stops


def wait_in_a_window(balance: Balance, page: Page | None = None) -> tuple[Page, Page, dict[str, str]]:
    """Go as far as the consent page in the window; return tab, window, and the authorization request."""
    balance.auth.asks_first = True
    tab, window = balance.ask_in_a_window(page)
    window.get_by_role("heading", name="Bank ID asks").wait_for()
    return tab, window, balance.asked("/authorize")[-1].query


def speak(page: Page, to: str, response: dict[str, str]) -> None:
    """Let a page send an answer to another window, whoever may hear it."""
    told = {"type": "authorization_response", "response": response}
    page.evaluate(f"{to}.postMessage({json.dumps(told)}, '*')")


def test_an_answer_by_message_connects_and_closes_the_window(balance: Balance) -> None:
    """The page stays, the code stands in no address, and the same checks are made as by redirect."""
    tab, window, asked = wait_in_a_window(balance)
    assert (asked["response_mode"], asked["code_challenge_method"]) == ("web_message", "S256")
    answer = balance.auth.response(asked)
    with window.expect_event("close"):
        speak(window, "opener", answer)
    is_connected(tab)
    [redeemed] = balance.asked("/token")
    assert redeemed.form["code"] == answer["code"]
    assert not balance.asked("/callback")
    assert not [sent for sent in balance.wire if answer["code"] in sent.address]


@stops("js.senderIsTheAuthorizationServer")
def test_an_answer_of_another_sender_is_not_taken(balance: Balance) -> None:
    """Though all that it says is right: one of another origin, and one of Balance's own."""
    stranger, elsewhere = balance.context.new_page(), balance.servers["bank"].origin
    stranger.goto(f"{elsewhere}/")
    with stranger.expect_popup() as opened:
        stranger.evaluate(f"window.app = open('{balance.origin}/')")
    opened.value.wait_for_load_state()  # a click before its scripts are there is for nobody
    tab, window, asked = wait_in_a_window(balance, opened.value)
    for sender, to in ((stranger, "app"), (tab, "window")):
        speak(sender, to, balance.auth.response(asked))
        tab.get_by_text("Another page sent an answer").or_(tab.get_by_text("The bank answered:")).first.wait_for()
        nothing_was_redeemed(balance)
    speak(window, "opener", balance.auth.response(asked))
    is_connected(tab)
    noted = [json.loads(sent.body) for sent in balance.asked("/.wire/notes")]
    assert [note["details"] for note in noted if "sender" in note["details"]] == [{"sender": elsewhere}]


def test_a_message_that_is_no_answer_is_none(balance: Balance) -> None:
    """Extensions of the browser send messages to every page."""
    tab, window, asked = wait_in_a_window(balance)
    for message in ("null", "'hello'", "{ type: 'something else', response: {} }"):
        window.evaluate(f"opener.postMessage({message}, '*')")
    speak(window, "opener", balance.auth.response(asked))
    is_connected(tab)
    assert not [words for words in balance.complaints if "Failed to load resource" not in words]  # no script broke


def test_an_answer_by_message_is_checked_as_one_by_redirect(balance: Balance) -> None:
    """(RFC 6749 §10.12-1; RFC 9207 §2.4-1)"""
    tab = balance.open()
    for told in ({"state": "a-foreign-state"}, {"iss": "http://attacker.localhost:9009"}):
        balance.auth.told = dict(told)
        [(name, value)] = told.items()
        is_refused(balance.ask_in_a_window(tab)[0], f"{name}: {value}")
        nothing_was_redeemed(balance)


def test_a_refusal_by_message_is_told(balance: Balance) -> None:
    """The error comes with the state, and no code (RFC 6749 §4.1.2.1)."""
    balance.auth.told = {"code": None, "error": "access_denied"}
    tab, _ = balance.ask_in_a_window()
    is_refused(tab, "error: access_denied")
    assert tab.get_by_text("You said no.").is_visible()
    balance.auth.told = {}
    is_connected(balance.ask_in_a_window(tab)[0])


def test_a_window_that_is_closed_ends_the_wait(balance: Balance) -> None:
    """The other button, and this one, are as good as before."""
    tab, window, abandoned = wait_in_a_window(balance)
    window.close()
    tab.get_by_text("The window was closed without an answer.").wait_for()
    assert not tab.get_by_role("alert").is_visible()
    balance.auth.asks_first = False
    is_connected(balance.connect(tab))
    tab.goto(balance.answer(abandoned))
    is_refused(tab, f"state: {abandoned['state']}")


def test_a_window_that_the_browser_does_not_open_is_told(balance: Balance) -> None:
    tab = balance.open()
    tab.evaluate("window.open = () => null")
    tab.get_by_role("button", name="Connect in a window").click()
    is_refused(tab, "window.open: null")
    assert not balance.asked("/authorize")
    is_connected(balance.connect(tab))


def test_a_window_is_closed_where_there_is_nobody_to_ask(balance: Balance) -> None:
    balance.servers["auth"].stop()
    tab, window = balance.ask_in_a_window()
    is_refused(tab, f"GET {balance.auth.issuer}/.well-known/oauth-authorization-server")
    assert window.is_closed()


def test_a_reload_leaves_the_window_alone_and_the_next_question_is_asked_in_it(balance: Balance) -> None:
    """Nobody listens any more, and a person who asks anew finds one window, and not two."""
    tab, window, asked = wait_in_a_window(balance)
    tab.reload()
    tab.get_by_text("The page was reloaded").wait_for()
    speak(window, "opener", balance.auth.response(asked))
    balance.auth.asks_first = False
    with window.expect_event("close"):
        tab.get_by_role("button", name="Connect in a window").click()
    is_connected(tab)
    assert len(balance.asked("/token")) == 1
