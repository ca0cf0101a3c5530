"""Messages of which every field holds what would do harm if it were taken for anything but text."""

from hashlib import sha256
from typing import Any

from wire.message import Entry, Gap, Held, Note, Request, Response

STRINGS = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "nul": "a\0b\x1b[31m\x7f",
    "direction": "\u202egnp.exe\u2066\u2069",
    "end of line": "x\r\n\r\nevent: message\ndata: {}\n\nid: 1-1\n\nend",
    "markdown": "```\n# [x](javascript:alert(1)) ~~~\n| a |",
    "diagram": "a;b\nparticipant x\n%% {init: } end #35;",
    "xml": "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;\ufffe",
    "shell": "'; touch /tmp/glassbox-was-here; `id` $(id) \\'",
    "template": "{{ 7*7 }} {% raw %} ${7*7}",
    "unpaired": "\ud800",
    "long": "x" * 10_000,
}


def entries(text: str) -> list[Entry]:
    """Return an authorization with the text in each field that a stranger can fill."""
    fill = text.encode("utf-8", "replace")
    name = sha256(fill).hexdigest()[:8]
    target = f"/authorize?response_type=code&client_id={text}&state={text}&code_challenge={text}&redirect_uri={text}"
    browser = (("User-Agent", f"Mozilla/5.0 {text}"), ("Sec-Fetch-Mode", text), ("Cookie", f"bankid_session={text}"))
    place: dict[str, Any] = {"party": "auth", "origin": "http://auth.localhost:9000", "at": 1_795_000_000.0}
    answer = (("Location", f"http://budget.localhost:9002/callback?code={text}&state={text}"), ("Set-Cookie", text))
    form = f"grant_type=authorization_code&code={text}&code_verifier={text}&client_secret={text}".encode(
        "utf-8", "replace"
    )
    forms = (
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("User-Agent", text),
        ("Authorization", f"Basic {text}"),
    )
    return [
        Request(
            **place, exchange=f"{name}a", method="GET", target=target, headers=browser, body=fill, length=len(fill)
        ),
        Response(**place, exchange=f"{name}a", status=302, reason=text, headers=answer, body=fill, length=len(fill)),
        Request(
            **place, exchange=f"{name}b", method=text, target=f"/token{text}", headers=((text, text),), protocol=text
        ),
        Response(
            **place,
            exchange=f"{name}b",
            status=200,
            headers=(("Content-Type", text),),
            body=b'{"access_token": "' + fill,
        ),
        Request(
            **place, exchange=f"{name}c", method="POST", target="/token", headers=forms, body=form, length=len(form)
        ),
        Response(
            **place, exchange=f"{name}c", status=400, headers=((text, text),), body=b"\xff" + fill, length=9_999_999
        ),
        Note(**place, exchange=f"{name}d", what=text, details={text: text, "state": text}),
        Held(
            **place,
            exchange=f"{name}e",
            until=4e9,
            what="request",
            method=text,
            target=text,
            headers=((text, text),),
            body=fill,
        ),
        Gap(party=text, origin=text, at=1.0, lost=1),
        Request(party=text, origin=f"http://{text}", world=text, at=1.0, method="GET", target=text, address=text),
    ]
