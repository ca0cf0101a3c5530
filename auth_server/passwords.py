"""Passwords: kept as Argon2 hashes, compared in the same time whether the user exists or not (RFC 6749 §10.10)."""

from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auth_server.config import Settings
from auth_server.models import User
from wire.current import Current


class Passwords:
    """Makes hashes and compares with them."""

    def __init__(self, settings: Settings) -> None:
        self.hasher = PasswordHasher(
            time_cost=settings.argon2_rounds, memory_cost=settings.argon2_memory, parallelism=1
        )
        self.decoy = self.hash("nobody's password")

    def hash(self, password: str) -> str:
        return self.hasher.hash(password)

    def match(self, user: User | None, password: str) -> bool:
        """Return whether the password is the user's; one who does not exist takes as long as any other."""
        try:
            return self.hasher.verify(user.password_hash if user else self.decoy, password) and user is not None
        except (VerificationError, InvalidHashError):
            return False


passwords = cast("Passwords", Current("passwords"))
