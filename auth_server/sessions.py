"""Sessions live in Redis; the browser's cookie is only a random name for one (RFC 10017 §6.1.3.2)."""

from typing import Any

from flask import Flask, Request
from flask_session.redis import RedisSessionInterface

from auth_server.hardening import is_for_programs


class Sessions(RedisSessionInterface):  # type: ignore[misc]  # it has no types
    """Flask-Session's sessions in Redis; a stylesheet needs none, so pages keep their dress while Redis is away."""

    def open_session(self, app: Flask, request: Request) -> Any:
        """Return the session, or None where none is needed: programs have none either."""
        needed_by_nobody = request.path.startswith("/static/") or is_for_programs(request.path)
        return None if needed_by_nobody else super().open_session(app, request)
