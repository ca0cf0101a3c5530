"""What Budget is told from outside: where everybody lives, and its own secrets."""

import os
from typing import cast

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from wire.addresses import Addresses
from wire.current import Current

SCOPE = "balance:read transactions:read offline_access"
HELP_PAGES = (
    "https://www.rfc-editor.org/info/rfc6749",
    "https://www.rfc-editor.org/info/rfc7636",
    "https://www.rfc-editor.org/info/rfc9700",
)


class Settings(BaseSettings):
    """Budget's settings, read from `BUDGET_…` in the environment and from the directory of its secrets."""

    model_config = SettingsConfigDict(
        env_prefix="BUDGET_", secrets_dir=os.environ.get("SANDBOX_SECRETS") or None, extra="ignore"
    )

    origin: str = Field(default_factory=lambda: Addresses().origin("budget"))
    issuer: str = Field(default_factory=lambda: Addresses().origin("auth"))
    bank: str = Field(default_factory=lambda: Addresses().origin("bank"))

    client_id: str = "budget"
    client_secret: str = "unset"
    secret_key: str = "unset"

    redis_url: str = "redis://redis:6379"
    redis_username: str = "budget"
    redis_password: str = ""
    key_prefix: str = "budget:"

    pending_seconds: int = 600  # how long an authorization request may take its time
    rival_accounts: tuple[str, str] = ("bob-current", "alice-current")  # where "empty the account" sends the money

    @property
    def redirect_uri(self) -> str:
        """Our redirection endpoint (RFC 6749 §3.1.2)."""
        return f"{self.origin}/callback"


settings = cast("Settings", Current("settings"))
