"""What this server offers: its endpoints look things up in these tables, its metadata is made from them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from auth_server.authorization_request import AuthorizationRequest
from auth_server.client_authentication import Presented
from auth_server.errors import ResponseAddress
from auth_server.models import Client, User


@dataclass
class Features:
    """Tables by the names of the wire: add a row and the server does it, and says so in its metadata."""

    grant_types: dict[str, Callable[[Client], Response]]
    response_types: dict[str, Callable[[AuthorizationRequest, User, tuple[str, ...]], Response]]
    response_modes: dict[str, Callable[[ResponseAddress, dict[str, str]], Response]]
    code_challenge_methods: dict[str, Callable[[str], str]]
    client_authentication: dict[str, Callable[[], Presented | None]]


features = cast("Features", LocalProxy(lambda: current_app.extensions["features"]))
