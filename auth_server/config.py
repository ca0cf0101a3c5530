"""Settings of the authorization server, read from `AUTH_…` and from its own secrets."""

import os
import secrets
from typing import Literal, cast

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from wire.addresses import Addresses
from wire.current import Current

DAY = 24 * 60 * 60


class Settings(BaseSettings):
    """Lifetimes are in seconds, secrets of others are known only by their SHA-256 (hex)."""

    model_config = SettingsConfigDict(env_prefix="AUTH_", secrets_dir=os.environ.get("SANDBOX_SECRETS") or None)

    issuer: str = Field(default_factory=lambda: Addresses().origin("auth"))
    bank: str = Field(default_factory=lambda: Addresses().origin("bank"))
    budget: str = Field(default_factory=lambda: Addresses().origin("budget"))
    balance: str = Field(default_factory=lambda: Addresses().origin("balance"))

    redis_url: str = "redis://localhost:6379"
    redis_username: str = "auth"
    redis_password: str = ""
    key_prefix: str = "auth:"
    secret_key: str = Field(default_factory=lambda: secrets.token_urlsafe(32), min_length=1)
    budget_secret_sha256: str = ""
    bank_secret_sha256: str = ""

    pkce_required_of: Literal["everyone", "public clients"] = "everyone"
    code_lifetime: int = 60
    access_token_lifetime: int = 600
    grant_lifetime: int = (
        30 * DAY
    )  # a course of some weeks; then people are asked anew, which rotation does not put off
    session_lifetime: int = DAY // 2
    registration_lifetime: int = DAY
    registrations_per_hour: int = 5000  # from one IP address, which may be that of a whole class
    failed_sign_ins_per_user: int = 10  # a minute
    failed_sign_ins_per_address: int = 100  # a minute; behind a gateway a whole class has one IP address
    failed_client_secrets: int = 30  # a minute, of one client from one IP address
    argon2_memory: int = 19 * 1024  # KiB
    argon2_rounds: int = 2


settings = cast("Settings", Current("settings"))
