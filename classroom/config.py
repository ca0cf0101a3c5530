"""What the classroom is told from outside: its own origin, its Redis, and how much it takes on."""

import os
from typing import cast

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from classroom.parties import origins
from wire.addresses import Addresses
from wire.current import Current


class Settings(BaseSettings):
    """The classroom's settings, read from `CLASSROOM_…` in the environment and from the directory of its secrets."""

    model_config = SettingsConfigDict(
        env_prefix="CLASSROOM_", secrets_dir=os.environ.get("SANDBOX_SECRETS") or None, extra="ignore"
    )

    origin: str = Field(default_factory=lambda: Addresses().origin("classroom"))
    labs: str = Field(default_factory=lambda: Addresses().origin("labs"))
    labs_come_in_at: str = ""  # our name in a network that only the labs share with us, where there is one
    parties: dict[str, str] = Field(default_factory=lambda: {party: origin for origin, party in origins().items()})

    redis_url: str = "redis://redis:6379"
    redis_username: str = "classroom"
    redis_password: SecretStr = SecretStr("")
    key_prefix: str = "classroom:"

    most_entries: int = 50_000  # kept in memory; beyond that the classroom begins anew with what the stream holds
    most_listeners: int = 256  # each one takes a thread of the server
    heartbeat: float = 15.0  # seconds of silence after which a listener hears that we are still there
    largest_answer: int = 64 * 1024  # bytes kept of the answer to a request that was sent again


settings = cast("Settings", Current("settings"))
