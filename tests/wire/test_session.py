"""Whom one party's server reaches under a name that ends in `.localhost` (RFC 6761 §6.3)."""

import pytest

from wire import session


@pytest.fixture(autouse=True)
def nobody_remembers() -> None:
    for known in (session.labs, session.party_at, session.resolves_in):
        known.cache_clear()


@pytest.mark.parametrize(
    "host, port, lives_at",
    [
        ("auth-code-replay.localhost", 9100, "127.0.0.1"),
        ("evil.auth-clickjacking.localhost", 9100, "127.0.0.1"),
        ("auth-front-channel-eavesdropper.localhost", 9101, "127.0.0.1"),
        ("labs.localhost", 9100, None),
        ("auth.localhost", 9000, None),
        ("localhost", 9000, "auth.localhost"),
        ("bank.example", 9100, None),
    ],
)
def test_inside_a_container_a_world_is_at_home_and_its_name_is_asked_of_nobody(
    monkeypatch: pytest.MonkeyPatch, host: str, port: int, lives_at: str | None
) -> None:
    asked: list[str] = []
    monkeypatch.setenv("SANDBOX_INSIDE", "true")
    monkeypatch.setattr(session, "resolves", lambda name: not asked.append(name))
    assert session.where_it_lives(host, port) == lives_at
    assert asked == ([host] if host in ("labs.localhost", "auth.localhost") else [])
