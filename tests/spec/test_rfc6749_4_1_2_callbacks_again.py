"""A callback that comes again, or as HEAD, redeems nothing and frightens nobody (RFC 6749 §4.1.2)."""

from werkzeug.test import Client

from tests.support.budget_world import BUDGET, Budget, sent_to
from tests.support.stops import stops


def test_back_after_connecting_leads_home(budget: Budget) -> None:
    """Bank ID answers the same request again: with a new code, or with the old one (RFC 6749 §4.1.2)."""
    request = budget.request()
    first = budget.auth.allow(request)
    sent_to(budget.get(first))
    redeemed = len(budget.auth.forms("authorization_code"))
    for again in (first, budget.auth.allow(request), budget.auth.allow(request, error="access_denied", code=None)):
        assert sent_to(budget.get(again)) == "/"
    assert len(budget.auth.forms("authorization_code")) == redeemed == 1
    budget.connected()


def test_back_works_in_each_of_several_tabs(budget: Budget) -> None:
    """The connection of the second tab stands, and the first tab's state connected this session too."""
    first, second = budget.request(), budget.request()
    sent_to(budget.get(budget.auth.allow(first)))
    sent_to(budget.get(budget.auth.allow(second)))
    assert sent_to(budget.get(budget.auth.allow(first))) == "/"
    budget.connected()


@stops("client_app.state_belongs_to_this_session")
def test_another_sessions_state_is_still_not_for_you(budget: Budget) -> None:
    """A connected person is warned of a response that they did not ask for (RFC 6749 §10.12-1)."""
    sent_to(budget.connect())
    mallory = Client(budget.app)
    link = budget.auth.allow(budget.request(mallory))
    answer = budget.get(link)
    if answer.status_code != 400:
        sent_to(answer)
        raise AssertionError("Budget connected Alice to Mallory's account")
    assert "This answer is not for you" in answer.text
    budget.connected()


def test_after_disconnecting_the_same_response_is_none(budget: Budget) -> None:
    """There is no connection to go home to (RFC 6749 §4.1.2)."""
    request = budget.request()
    sent_to(budget.get(budget.auth.allow(request)))
    budget.post("/disconnect", csrf_token=budget.form_token())
    assert budget.get(budget.auth.allow(request)).status_code == 400


def test_a_head_of_the_callback_redeems_nothing(budget: Budget) -> None:
    """It is a safe method: a preview of a link signs nobody in, and the browser's GET still works (RFC 9110 §9.2.1)."""
    callback = budget.auth.allow(budget.request())
    answer = budget.browser.head(callback, base_url=BUDGET)
    assert (answer.status_code, answer.data) == (204, b"")
    assert not budget.auth.forms("authorization_code")
    budget.not_connected()
    sent_to(budget.get(callback))
    budget.connected()
