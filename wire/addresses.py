"""Where each party lives: one origin each, so that the browser keeps their cookies apart (RFC 6761 §6.3)."""

import re
from typing import Literal, get_args

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*")  # RFC 1123 §2.1
Party = Literal["auth", "bank", "budget", "balance", "classroom", "labs"]


class Addresses(BaseSettings):
    """Hosts and ports of the parties, the classroom, the labs and the café, from `SANDBOX_…` in the environment."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_")

    hosts: Literal["names", "localhost"] = "names"
    auth_host: str = "auth.localhost"
    auth_port: int = 9000
    bank_host: str = "bank.localhost"
    bank_port: int = 9001
    budget_host: str = "budget.localhost"
    budget_port: int = 9002
    balance_host: str = "balance.localhost"
    balance_port: int = 9003
    classroom_host: str = "classroom.localhost"
    classroom_port: int = 9080
    labs_host: str = "labs.localhost"
    labs_port: int = 9100
    cafe_port: int = 9101  # of the worlds that lie behind the café's relay, which runs in the labs
    localhost_address: str = "127.0.0.1"  # where `*.localhost` leads that the system does not know

    @field_validator(*(f"{party}_host" for party in get_args(Party)))
    @classmethod
    def host_is_as_browsers_write_it(cls, host: str) -> str:
        """Return a host in small letters, as browsers send it whatever was typed (RFC 3986 §3.2.2)."""
        if not HOST.fullmatch(host.lower()):
            raise ValueError("a host is letters, digits and hyphens, with dots between, such as auth.localhost")
        return host.lower()

    @field_validator("localhost_address")
    @classmethod
    def parties_listen_there(cls, address: str) -> str:
        """Refuse an address on which nobody of ours listens."""
        if not HOST.fullmatch(address.lower()):
            raise ValueError("an IPv4 address, such as 127.0.0.1, or a name; the parties do not listen on IPv6")
        return address

    def origin(self, party: Party) -> str:
        """Return the party's origin in the browser, such as `http://auth.localhost:9000`."""
        host = "localhost" if self.hosts == "localhost" else getattr(self, f"{party}_host")
        return f"http://{host}:{getattr(self, f'{party}_port')}"

    def host_at(self, port: int | None) -> str | None:
        """Return the name of the party that listens on a port, which is its name in every network of containers."""
        for party in get_args(Party):
            if getattr(self, f"{party}_port") == port:
                return str(getattr(self, f"{party}_host"))
        return None
