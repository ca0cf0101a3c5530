"""Every defence is worth its place: without it a test that it holds fails, and the happy path still passes."""

import inspect
import itertools
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import request

from auth_server.defences import Defences
from auth_server.models import Client, Grant
from auth_server.store import store
from auth_server.token_issue import issue_once, new_token, now
from tests.world import World, WrongAnswer, answered

METHODS = [name for name, _ in inspect.getmembers(Defences, inspect.isfunction)]
COUNTER = itertools.count(1)


def anybody(_: Defences) -> Client:
    """Believe the name that the client gives."""
    authorization = request.authorization
    name = authorization.username if authorization else request.form["client_id"]
    client = store.find_client(str(name), now())
    assert client
    return client


def as_307(_: Defences, response: Any) -> Any:
    response.status_code = 307
    return response


def made_up(_: Defences, client_id: str | None) -> Client:
    found = store.find_client(client_id or "", now())
    return found or Client(str(client_id), "nobody", ("http://budget.localhost:9002/callback",), ("balance:read",))


# A method that returns something gets a weaker value of the same shape; all others do nothing.
WEAKER: dict[str, Callable[..., Any]] = {
    "client_is_known": made_up,
    "redirect_uri_is_registered": lambda _, client, uri: uri or client.redirect_uris[0],
    "public_client_asks_again": lambda *_: False,
    "response_names_the_issuer": lambda _: {},
    "redirect_turns_post_into_get": as_307,
    "client_address_is_not_forged": lambda _: request.headers.get("X-Forwarded-For", "unknown"),
    "next_stays_on_this_site": lambda _, target: target or "/apps",
    "client_is_authenticated": anybody,
    "new_code": lambda _: f"code-{next(COUNTER)}",
    "code_is_used_once": lambda _, code, resource: issue_once(
        new_token(), Grant.from_dict(code.grant), tuple(code.grant["scope"]), resource
    ),
    "refresh_token_is_used_once": lambda _, token, scope, resource: issue_once(
        new_token(), Grant.from_dict(token.grant), scope, resource
    ),
    "resource_was_granted": lambda _, grant: tuple(request.form.getlist("resource")) or grant.resource,
    "caller_may_introspect": lambda _: "http://bank.localhost:9001",
    "token_is_for_the_caller": lambda *_: True,
    "client_id_is_chosen_by_us": lambda _, metadata: metadata.get("client_id", "made-up"),
}


def without(method: str) -> Defences:
    """Return defences of which one does nothing."""
    weak = WEAKER.get(method, lambda *_, **__: None)
    return type("Weak", (Defences,), {method: weak})()


def holders_of(method: str) -> Iterator[Callable[[World], None]]:
    """Return the tests that say they hold the method, each with its parameters filled in."""
    for path in sorted((Path(__file__).parent.parent / "spec").glob("test_*.py")):
        module = import_module(f"tests.spec.{path.stem}")
        for _, test in inspect.getmembers(module, inspect.isfunction):
            if method in getattr(test, "stops", ()):
                for values in parameters_of(test):
                    yield lambda world, test=test, values=values: test(world=world, **values)


def parameters_of(test: Any) -> Iterator[dict[str, Any]]:
    """Return what `pytest.mark.parametrize` would fill in."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    if not marks:
        yield {}
    for mark in marks:
        names = [mark.args[0]] if isinstance(mark.args[0], str) else list(mark.args[0])
        for values in mark.args[1]:
            yield dict(zip(names, values if len(names) > 1 else (values,), strict=True))


def fails_by_its_answer(test: Callable[[World], None], world: World) -> bool:
    """Whether the test fails, and by the status or the error that it was given."""
    try:
        test(world)
    except WrongAnswer:
        return True
    return False


@pytest.mark.parametrize("method", METHODS)
def test_without_a_defence_its_test_fails(valkey: str, method: str) -> None:
    tests = list(holders_of(method))
    assert tests, f"no test says @stops({method!r})"
    assert any(fails_by_its_answer(test, World(valkey, without(method))) for test in tests)


@pytest.mark.parametrize("method", METHODS)
def test_without_a_defence_the_happy_path_still_passes(valkey: str, method: str) -> None:
    world = World(valkey, without(method))
    world.sign_in()
    tokens = answered(world.redeem(world.code()), 200).get_json()
    assert world.introspect(tokens["access_token"])["active"] is True
    answered(world.refresh(tokens["refresh_token"]), 200)
