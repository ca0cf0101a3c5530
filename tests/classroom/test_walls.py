"""The classroom does all its work with what its own user in Redis may do."""

import json
from typing import Any

import pytest
from redis.exceptions import NoPermissionError

from sandbox.acl import ADMIN, acl_file
from sandbox.parties import PARTIES
from tests.classroom.room import open_room, until
from tests.support.embedded_valkey import running_valkey
from wire.message import Entry
from wire.step_channel import channel_of


def test_it_reads_the_wire_and_steers_step_mode_and_can_do_nothing_else(recorded: dict[str, list[Entry]]) -> None:
    passwords = {party.name: f"{party.name}'s" for party in PARTIES} | {ADMIN: "admin's"}
    admin = {"username": ADMIN, "password": passwords[ADMIN]}
    own: dict[str, Any] = {"redis_username": "classroom", "redis_password": passwords["classroom"]}
    with running_valkey(acl_file(passwords)) as address, open_room(address, admin=admin, **own) as room:
        written = room.write(*recorded["budget"][:10])
        assert room.observer.ids == written
        with room.redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(channel_of("bank"))
            assert channel.get_message(timeout=1.0) is None
            assert room.ask("PUT", "/api/brake", json={"on": True}).get_json()["on"] is True
            message = channel.get_message(timeout=5.0)
            assert message and json.loads(message["data"])["on"] is True
        room.redis.flushdb()
        until(lambda: not room.observer.ids)
        assert room.get("/readyz") == {"status": "ready"}
        user = room.app.extensions["step_mode"].redis
        for act in (
            lambda: user.xadd("wire:auth", {"kind": "note"}),
            lambda: user.xtrim("wire:auth", maxlen=0),
            lambda: user.get("auth:anything"),
            lambda: user.keys("*"),
        ):
            with pytest.raises(NoPermissionError):
                act()
