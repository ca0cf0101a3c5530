"""Where each party lives: one origin each, so that the browser keeps their cookies apart (RFC 6761 §6.3)."""

from typing import Literal, get_args

from pydantic_settings import BaseSettings, SettingsConfigDict

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
