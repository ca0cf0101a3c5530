"""What the labs are told from outside, and where each party of a world lives."""

import os
import re
import secrets
from dataclasses import dataclass

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from wire.addresses import Addresses


class Settings(BaseSettings):
    """The labs' settings, read from `LABS_…` in the environment and from the directory of their secrets."""

    model_config = SettingsConfigDict(
        env_prefix="LABS_", secrets_dir=os.environ.get("SANDBOX_SECRETS") or None, extra="ignore"
    )

    origin: str = Field(default_factory=lambda: Addresses().origin("labs"))
    port: int = Field(default_factory=lambda: Addresses().labs_port)
    cafe_port: int = Field(default_factory=lambda: Addresses().cafe_port)
    cafe_address: str = "127.0.0.1"  # where the café's relay listens; in a container, all addresses
    classroom: str = Field(default_factory=lambda: Addresses().origin("classroom"))

    browser: str = ""  # where a browser of another container is driven; none: the one that is installed here
    redis_url: str = "redis://redis:6379"
    redis_username: str = "labs"
    redis_password: str = ""
    key_prefix: str = "labs:"
    secret_key: str = Field(default_factory=lambda: secrets.token_urlsafe(32))

    attacks_at_once: int = 8  # each calls back into this process, up to four deep, and it has 64 threads
    forget_after: float = 1800.0  # seconds without a request, after which a world is taken out of memory


@dataclass(frozen=True)
class Here:
    """The origins of one world: what everybody in it may know, and all that `attack.py` gets."""

    world: str
    port: int

    def origin(self, host: str) -> str:
        """Return where somebody lives: one label per host, so that the parties are cross-site to one another."""
        return f"http://{host}-{self.world}.localhost:{self.port}"

    def fill(self, address: str) -> str:
        """Return an address with the parties' origins in the place of `{auth}`, `{budget}` and so on."""
        return re.sub(r"\{([a-z0-9.]+)\}", lambda host: self.origin(host[1]), address)

    def __getattr__(self, host: str) -> str:
        """Return an origin by its party: `here.auth`, `here.attacker`, `here.torch`."""
        if host.startswith("_"):
            raise AttributeError(host)
        return self.origin(host)

    @property
    def scheme(self) -> str:
        """Return this world's URI scheme for the phone's app; a browser has one handler for each, letters only."""
        return "web+piggy" + self.world.replace("-", "")
