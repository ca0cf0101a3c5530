"""A flow as an HTTP Archive 1.2, which every browser's developer tools open."""

from datetime import UTC, datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from classroom.exports.text import address_of

Json = dict[str, Any]
Pairs = list[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"
UNKNOWN = -1  # what the recorder cannot know


def har(flow: Json, messages: list[Json]) -> Json:
    """Return the archive: one entry for each request, with its response where there was one."""
    answers = {message["exchange"]: message for message in messages if message["kind"] == "response"}
    requests = [message for message in messages if message["kind"] == "request"]
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "Glassbox", "version": "0.1.0"},
            "comment": flow["title"],
            "entries": [entry(message, answers.get(message["exchange"])) for message in requests],
        }
    }


def entry(request: Json, response: Json | None) -> Json:
    """Return one exchange; only how long it took as a whole was measured, and no time of it may be negative."""
    # A clock can be set back between the two: then the response is dated before its request, and HAR has no such time.
    took = max(0.0, (response["at"] - request["at"]) * 1000) if response else 0.0
    return {
        "startedDateTime": datetime.fromtimestamp(request["at"], UTC).isoformat(timespec="milliseconds"),
        "time": took,
        "request": request_of(request),
        "response": response_of(response) if response else no_response(),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "comment": f"message {request['id']}, {request['from']['title']} to {request['to']['title']}",
    }


def request_of(message: Json) -> Json:
    """Return the request; a body goes along as the recorder has it."""
    address = address_of(message)
    archived = {
        "method": message["method"],
        "url": address,
        "httpVersion": message["protocol"],
        "cookies": cookies_of("; ".join(values(message, "cookie"))),
        "headers": named(message["headers"]),
        "queryString": named(parse_qsl(urlsplit(address).query, keep_blank_values=True)),
        "headersSize": UNKNOWN,
        "bodySize": message["length"],
    }
    # A body that was sent and not kept is a body all the same: left out, this would be another request.
    if message["body"] or message["length"]:
        archived["postData"] = posted(message)
    return archived


def posted(message: Json) -> Json:
    """Return the body: a whole form as `params`, all else as `text`, for one excludes the other.

    The archive knows no encoding of a request's body, so a comment says it.
    """
    kind, is_text = first(values(message, "content-type")), message["body_encoding"] == "utf-8"
    if kind.partition(";")[0].strip().lower() == FORM and is_text and not message["cut"]:
        return {"mimeType": kind, "params": named(parse_qsl(message["body"], keep_blank_values=True))}
    return {"mimeType": kind, "text": message["body"]} | ({} if is_text else {"comment": message["body_encoding"]})


def response_of(message: Json) -> Json:
    """Return the response with its content."""
    content: Json = {
        "size": message["length"],
        "mimeType": first(values(message, "content-type")),
        "text": message["body"],
    }
    if message["body_encoding"] != "utf-8":
        content["encoding"] = message["body_encoding"]
    if message["cut"]:
        content["comment"] = "The recorder kept only the beginning."
    return {
        "status": message["status"],
        "statusText": message["reason"],
        "httpVersion": message["protocol"],
        "cookies": [each for value in values(message, "set-cookie") for each in cookies_of(value)],
        "headers": named(message["headers"]),
        "content": content,
        "redirectURL": first(values(message, "location")),
        "headersSize": UNKNOWN,
        "bodySize": message["length"],
    }


def no_response() -> Json:
    """Return what developer tools show for a request that was not answered."""
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": ""},
        "redirectURL": "",
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }


def values(message: Json, name: str) -> list[str]:
    return [value for header, value in message["headers"] if header.lower() == name]


def first(values: list[str]) -> str:
    return values[0] if values else ""


def named(pairs: Pairs) -> list[Json]:
    return [{"name": name, "value": value} for name, value in pairs]


def cookies_of(text: str) -> list[Json]:
    """Return the cookies of a header; what is no cookie is left to the header itself."""
    try:
        jar = SimpleCookie(text)
    except CookieError:
        return []
    return [
        {"name": morsel.key, "value": morsel.value, "httpOnly": bool(morsel["httponly"])}
        | {"secure": bool(morsel["secure"])}
        | ({"path": morsel["path"]} if morsel["path"] else {})
        for morsel in jar.values()
    ]
