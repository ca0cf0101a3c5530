"""Settings of Balance, which has no secret of OAuth's: whatever its page knows, the browser knows (RFC 6749 §2.1)."""

import os
from typing import cast

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from wire.addresses import Addresses
from wire.current import Current


class Settings(BaseSettings):
    """Who Balance is and whom it talks to, read from `BALANCE_…` in the environment."""

    model_config = SettingsConfigDict(env_prefix="BALANCE_", secrets_dir=os.environ.get("SANDBOX_SECRETS") or None)

    origin: str = Field(default_factory=lambda: Addresses().origin("balance"))
    issuer: str = Field(default_factory=lambda: Addresses().origin("auth"))
    resource: str = Field(default_factory=lambda: Addresses().origin("bank"))
    client_id: str = "balance"

    redis_url: str = "redis://redis:6379"  # for the wire alone: this host keeps no records
    redis_username: str = "balance"
    redis_password: str = ""

    @property
    def redirect_uri(self) -> str:
        """Return the one redirect URI to which answers come back (RFC 6749 §3.1.2)."""
        return f"{self.origin}/callback"


settings = cast("Settings", Current("settings"))
