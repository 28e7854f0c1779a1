"""Every setting, read from the environment (`TRACKER_...`), a `.env` file or a secrets directory.

All problems are reported at once, each with the variable's name. README's table is checked against this file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, AnyHttpUrl, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service.errors import Misconfigured

_KEY = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Settings(BaseSettings):
    """What a deployment decides."""

    model_config = SettingsConfigDict(
        env_prefix="TRACKER_", env_file=".env", secrets_dir=None, extra="ignore", frozen=True
    )

    #: Bandwidth account ids served here, separated by commas
    accounts: Annotated[tuple[str, ...], NoDecode] = Field(min_length=1)
    #: bearer token with all scopes on all accounts
    api_token: SecretStr = Field(min_length=16)
    #: key of this installation, 32 bytes in hex: seals passcodes, fingerprints requests
    secret_key: SecretStr

    #: Redis >= 7.0 or Valkey >= 7.2 that holds the orders
    redis_url: str = Field("redis://localhost:6379/0", validation_alias=AliasChoices("TRACKER_REDIS_URL", "REDIS_URL"))
    #: where RQ keeps its bells; the orders' server when empty
    queue_redis_url: str = ""
    #: `strict` refuses a server that may lose what it acknowledged; `unsafe` takes any
    durability: Literal["strict", "unsafe"] = "strict"

    #: Bandwidth's API, version 1
    bandwidth_url: AnyHttpUrl = AnyHttpUrl("https://api.bandwidth.com/api/v1")
    #: `oauth2` (client credentials), or `basic` until Bandwidth ends it in December 2026
    bandwidth_auth: Literal["oauth2", "basic"] = "oauth2"
    bandwidth_client_id: str = ""
    bandwidth_client_secret: SecretStr = SecretStr("")
    bandwidth_username: str = ""
    bandwidth_password: SecretStr = SecretStr("")

    #: our address as Bandwidth reaches it, without the path
    callback_base_url: AnyHttpUrl = AnyHttpUrl("http://localhost:8080")
    #: unguessable last part of the callback path
    callback_segment: SecretStr = Field(min_length=16)
    callback_username: str = Field("bandwidth", min_length=1)
    callback_password: SecretStr = Field(min_length=16)
    #: accepted beside the current ones until a rotation is done
    callback_previous_username: str = ""
    callback_previous_password: SecretStr = SecretStr("")

    #: telephone numbers one order may name
    max_numbers: int = Field(5_000, ge=1, le=5_000)
    #: other open orders one order may meet in its lines
    max_conflicts: int = Field(500, ge=1, le=500)
    #: bytes of an API request's body
    max_body_bytes: int = Field(2_000_000, ge=1_000)
    #: bytes of a callback's body
    max_callback_bytes: int = Field(1_000_000, ge=1_000)
    #: seconds in which a request's body must have arrived
    body_seconds: float = Field(20.0, gt=0)

    #: exchanges with Bandwidth that one worker process has under way at once
    exchanges: int = Field(64, ge=1, le=1_000)
    #: seconds a worker holds an order without renewing
    lease_seconds: float = Field(30.0, gt=0)
    #: seconds one exchange with Bandwidth may take, connecting included
    exchange_seconds: float = Field(20.0, gt=0)
    #: when an uncertain order is searched for, in seconds after it became uncertain
    searches: Annotated[tuple[float, ...], NoDecode] = (0.0, 5.0, 15.0, 45.0, 120.0)
    #: factor on every kind's ladder of checks; below 1 looks sooner
    look_factor: float = Field(1.0, gt=0)
    #: seconds between probes of an account that is paused until a person acts
    probe_seconds: float = Field(60.0, gt=0)
    #: seconds between two rounds of the clock
    clock_seconds: float = Field(1.0, gt=0)
    #: bells that may wait in one queue
    max_bells: int = Field(1_000, ge=1)
    #: days for which the XML of an order is kept
    document_days: int = Field(30, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: object) -> object:
        if isinstance(values, dict):
            for name in ("accounts", "searches"):
                if isinstance(values.get(name), str):
                    values[name] = tuple(part.strip() for part in values[name].split(",") if part.strip())
        return values

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not _KEY.fullmatch(self.secret_key.get_secret_value()):
            raise ValueError("TRACKER_SECRET_KEY: give 32 bytes in hex, such as `openssl rand -hex 32` prints")
        if self.exchange_seconds >= self.lease_seconds:
            raise ValueError("TRACKER_EXCHANGE_SECONDS must be below TRACKER_LEASE_SECONDS")
        if any(not account.isalnum() for account in self.accounts):
            raise ValueError("TRACKER_ACCOUNTS: an account id has letters and digits only")
        if list(self.searches) != sorted(self.searches) or not self.searches:
            raise ValueError("TRACKER_SEARCHES: give rising seconds, such as 0,5,15,45,120")
        if self.bandwidth_auth == "oauth2" and not (self.bandwidth_client_id and self.bandwidth_client_secret):
            raise ValueError("TRACKER_BANDWIDTH_CLIENT_ID and TRACKER_BANDWIDTH_CLIENT_SECRET are needed for oauth2")
        if self.bandwidth_auth == "basic" and not (self.bandwidth_username and self.bandwidth_password):
            raise ValueError("TRACKER_BANDWIDTH_USERNAME and TRACKER_BANDWIDTH_PASSWORD are needed for basic")
        return self

    def callback_url(self, account_id: str) -> str:
        """Return the address Bandwidth's subscriptions of an account call; its last part is a secret."""
        base = str(self.callback_base_url).rstrip("/")
        return f"{base}/callbacks/bandwidth/{account_id}/{self.callback_segment.get_secret_value()}"


def load(secrets_dir: Path | None = None) -> Settings:
    """Read the settings; raise Misconfigured with every variable that is missing or wrong."""
    directory = secrets_dir or Path("/run/secrets")
    try:
        return Settings(_secrets_dir=directory if directory.is_dir() else None)
    except ValidationError as error:
        raise Misconfigured("\n".join(_problem(each) for each in error.errors(include_input=False))) from None


def _problem(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101  (pydantic's ErrorDetails)
    place = ".".join(str(part) for part in error["loc"])
    name = place if place.isupper() else f"TRACKER_{place.upper()}"
    return f"{name}: {error['msg']}" if place else str(error["msg"]).removeprefix("Value error, ")
