"""Tokens that are JWTs are taken apart for pages and programs; what is none stays whole (RFC 7519 §3)."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
import redis

from classroom.jwts import taken_apart
from tests.classroom.room import open_room
from tests.classroom.test_api import described
from tests.support.node_tools import complaint_about_answers
from wire.message import Response

HEADER = {"alg": "RS256", "typ": "JWT"}
CLAIMS = {"iss": "http://auth.localhost:9000", "sub": "älice", "exp": 1_900_000_000}


def encoded(part: Any) -> str:
    return urlsafe_b64encode((part if isinstance(part, str) else json.dumps(part)).encode()).decode().rstrip("=")


def token(header: Any, claims: Any, signature: str = "c2lnbmF0dXJl") -> str:
    return f"{encoded(header)}.{encoded(claims)}.{signature}"


def test_a_message_tells_what_its_tokens_say(valkey: str) -> None:
    redis.Redis.from_url(valkey).flushdb()
    body = json.dumps({"access_token": "opaque", "id_token": token(HEADER, CLAIMS)}).encode()
    answer = Response(
        party="auth",
        origin="http://auth.localhost:9000",
        exchange="e1",
        at=1.0,
        status=200,
        headers=(("Content-Type", "application/json"),),
        body=body,
        length=len(body),
    )
    with open_room(valkey) as room:
        [written] = room.write(answer)
        told = room.get(f"/api/messages/{written}")
        document = room.get("/api/openapi.json")
        [in_brief] = room.get("/api/messages?brief=1")["messages"]
    [apart] = told["jwts"]
    assert (apart["kind"], apart["place"]) == ("id_token", "json.id_token")
    assert (apart["header"], apart["claims"], apart["signature"]) == (HEADER, CLAIMS, "c2lnbmF0dXJl")
    assert "not checked" in apart["says"]
    assert "jwts" not in in_brief
    described_as = document["components"]["schemas"]["Message"]["properties"]["jwts"]["items"]
    assert apart.keys() == described_as["properties"].keys()
    assert complaint_about_answers(document, [(described("get", "/api/messages/{message_id}", 200), told)]) == ""


@pytest.mark.parametrize(
    "value",
    [
        "opaque",
        "a.b.c",
        f"{encoded(HEADER)}.{encoded(CLAIMS)}",
        token(HEADER, [1]),
        token(HEADER, "{"),
        token(HEADER, '{"exp": NaN}'),
        token(HEADER, '{"exp": 1e999}'),
        token(HEADER, '{"exp": %s}' % (5000 * "9")),
        token(HEADER, '{"a": %s}' % (60 * "[" + 60 * "]")),
        token({}, CLAIMS),
        f"_w.{encoded(CLAIMS)}.x",
    ],
)
def test_what_is_no_token_is_left_whole(value: str) -> None:
    """Nor is one whose members could not be told in JSON: it would keep every other message from being read."""
    assert taken_apart(value) is None


def test_a_token_without_a_signature_is_one() -> None:
    apart = taken_apart(token({"alg": "none"}, {}, signature=""))
    assert apart == {"header": {"alg": "none"}, "claims": {}, "signature": ""}
