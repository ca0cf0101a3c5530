"""What the bank is told from outside, in `BANK_…` or in files of secrets."""

import os
from typing import cast

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from wire.addresses import Addresses
from wire.current import Current


class Settings(BaseSettings):
    """The bank's own origin, whom it asks about tokens, who may call it from a browser, and its Redis."""

    model_config = SettingsConfigDict(env_prefix="BANK_", secrets_dir=os.environ.get("SANDBOX_SECRETS") or None)

    resource: str = Field(default_factory=lambda: Addresses().origin("bank"))
    issuer: str = Field(default_factory=lambda: Addresses().origin("auth"))
    allowed_origins: tuple[str, ...] = Field(default_factory=lambda: (Addresses().origin("balance"),))

    introspection_client_id: str = "bank"
    introspection_secret: SecretStr = SecretStr("")

    redis_url: str = "redis://redis:6379"
    redis_username: str = "bank"
    redis_password: SecretStr = SecretStr("")
    key_prefix: str = "bank:"

    @property
    def introspection_endpoint(self) -> str:
        """Return where the authorization server answers questions about tokens (RFC 7662 §2)."""
        return f"{self.issuer}/introspect"


settings = cast("Settings", Current("settings"))
