"""Every setting, read from the environment (`TRACKER_...`), a `.env` file or a secrets directory.

All problems are reported at once, each with the variable's name. The table of docs/OPERATING.md is checked against this
file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AliasChoices,
    AnyHttpUrl,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from service import redis_address
from service.errors import Misconfigured
from service.pace import Pace
from service.setting_forms import (
    CLIENT_RATE,
    HOST_OR_NETWORK,
    NAME,
    NAME_OR_NONE,
    REDIS_URL,
    REDIS_URL_OR_NONE,
    is_here,
    like,
)


class Settings(BaseSettings):
    """What a deployment decides."""

    model_config = SettingsConfigDict(
        env_prefix="TRACKER_",
        env_file=".env",
        secrets_dir=None,
        extra="ignore",
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        validate_default=True,
    )

    #: Bandwidth account ids served here, separated by commas
    accounts: Annotated[
        tuple[Annotated[str, like("[A-Za-z0-9]+", "an account id has letters and digits only")], ...], NoDecode
    ] = Field(min_length=1)
    #: bearer token of the client `default`: all accounts, all scopes. Empty: only named clients may call
    api_token: Annotated[
        SecretStr,
        like(r"([\x21-\x7e]{16,})?", "give at least 16 visible ASCII characters, no blanks, or leave it empty"),
    ] = SecretStr("")
    #: requests a second that one client may make of each API process, where it has no rate of its own; 0: any number
    client_rate: Annotated[float, CLIENT_RATE] = 200.0
    #: key of this installation, 32 bytes in hex: seals passcodes, fingerprints requests
    secret_key: Annotated[
        SecretStr, like("[0-9a-f]{64}", "give 32 bytes in hex, such as `openssl rand -hex 32` prints")
    ]

    #: Redis >= 7.0 or Valkey >= 7.2 that holds the orders
    redis_url: Annotated[str, REDIS_URL] = Field(
        "redis://localhost:6379/0", validation_alias=AliasChoices("TRACKER_REDIS_URL", "REDIS_URL"), repr=False
    )
    #: where RQ keeps its bells; the orders' server when empty
    queue_redis_url: Annotated[str, REDIS_URL_OR_NONE] = Field("", repr=False)
    #: `strict` refuses a server that may lose what it acknowledged; `unsafe` takes any
    durability: Literal["strict", "unsafe"] = "strict"
    #: replicas that must have what is acknowledged; needed where a replica may be promoted
    replicas_to_wait: int = Field(0, ge=0, le=10)

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
    callback_segment: Annotated[
        SecretStr, like("[A-Za-z0-9._~-]{16,}", "give at least 16 letters, digits, dots, dashes or underscores")
    ]
    callback_username: Annotated[str, NAME] = "bandwidth"
    callback_password: Annotated[SecretStr, like(r"(?s).{16,}", "give at least 16 characters")]
    #: accepted beside the current ones until a rotation is done
    callback_previous_username: Annotated[str, NAME_OR_NONE] = ""
    callback_previous_password: SecretStr = SecretStr("")
    #: secret that signs the callbacks of Bandwidth's Subscriptions v2; empty: signatures are not looked at
    callback_signing_secret: SecretStr = SecretStr("")
    #: accepted beside the current one until a rotation is done
    callback_previous_signing_secret: SecretStr = SecretStr("")

    #: hosts and networks that events go to although they are not public, separated by commas: see service/allow_list.py
    outgoing_allow: Annotated[tuple[Annotated[str, HOST_OR_NETWORK], ...], NoDecode] = ()

    #: where callbacks wait that the store cannot take; empty: they are answered 503
    spool_dir: str = ""
    #: bytes of callbacks that one process may have waiting there
    spool_bytes: int = Field(100_000_000, ge=100_000)

    #: telephone numbers one order may name
    max_numbers: int = Field(5_000, ge=1, le=5_000)
    #: other open orders one order may meet in its lines
    max_conflicts: int = Field(500, ge=1, le=500)
    #: bytes of an API request's body
    max_body_bytes: int = Field(2_000_000, ge=1_000)
    #: bytes of a body of many orders
    max_bulk_bytes: int = Field(20_000_000, ge=1_000)
    #: bytes of a callback's body
    max_callback_bytes: int = Field(1_000_000, ge=1_000)
    #: seconds in which a request's body must have arrived
    body_seconds: float = Field(20.0, gt=0)

    #: seconds for which a POST or PUT of a client of Bandwidth's is held until Bandwidth has taken or refused the order
    front_hold_seconds: float = Field(5.0, ge=0, le=60)
    #: seconds in which the same client, CustomerOrderId and body of such a POST get the first order; 0: never
    front_repeat_seconds: float = Field(86_400.0, ge=0, le=2_592_000)

    #: exchanges with Bandwidth that one worker process has under way at once
    exchanges: int = Field(64, ge=1, le=1_000)
    #: exchanges with Bandwidth that one account makes a second, by all processes together. Bandwidth publishes no rate
    #: for what orders need (only for other products: 100 a minute, and bursts); its 429s are obeyed besides
    rate: float = Field(10.0, gt=0)
    #: exchanges that an account may make at once after a rest
    burst: int = Field(20, ge=1)
    #: seconds a worker holds an order without renewing
    lease_seconds: float = Field(30.0, gt=0)
    #: seconds one exchange with Bandwidth may take, connecting included
    exchange_seconds: float = Field(20.0, gt=0)
    #: when an uncertain order is searched for, in seconds after it became uncertain
    searches: Annotated[tuple[Annotated[float, Field(ge=0)], ...], NoDecode] = (0.0, 5.0, 15.0, 45.0, 120.0)
    #: factor on every kind's ladder of checks; below 1 looks sooner
    look_factor: float = Field(1.0, gt=0)
    #: seconds between probes of an account that is paused until a person acts
    probe_seconds: float = Field(60.0, gt=0)
    #: seconds between two rounds of the clock
    clock_seconds: float = Field(1.0, gt=0)
    #: seconds between two looks at an account's subscriptions at Bandwidth
    watch_seconds: float = Field(300.0, gt=0)
    #: factor on the times between two attempts to deliver an event; below 1 tries sooner
    delivery_factor: float = Field(1.0, gt=0)
    #: days for which events are kept; those that deliveries are still to be made of are kept longer
    event_days: int = Field(7, ge=1)
    #: bells that may wait in one queue
    max_bells: int = Field(1_000, ge=1)
    #: days for which the XML of an order is kept
    document_days: int = Field(30, ge=1)
    #: days after its end for which an order is kept: more than a year, so that whoever looks back at the same month of
    #: last year finds it. No less than 30, for which its Idempotency-Key lives and must name an order that is there
    retention_days: int = Field(400, ge=30, le=36_500)

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: object) -> object:
        if isinstance(values, dict):
            for name in ("accounts", "searches", "outgoing_allow"):
                if isinstance(values.get(name), str):
                    values[name] = tuple(part.strip() for part in values[name].split(",") if part.strip())
        return values

    # rules between settings stand at the later field: a rule of the whole would wait until every field is right

    @field_validator("callback_base_url")
    @classmethod
    def _reachable(cls, url: AnyHttpUrl, info: ValidationInfo) -> AnyHttpUrl:
        # a copy of an environment on somebody's machine would turn the account's callbacks to that machine
        bandwidth: AnyHttpUrl | None = info.data.get("bandwidth_url")
        if is_here(url) and bandwidth is not None and not is_here(bandwidth):
            raise ValueError("Bandwidth cannot call this machine by that name: give our address as it reaches it")
        return url

    @field_validator("queue_redis_url")
    @classmethod
    def _has_a_server_for_bells(cls, url: str, info: ValidationInfo) -> str:
        if redis_address.is_cluster(url or info.data.get("redis_url", "")):
            raise ValueError(redis_address.NO_QUEUE)
        return url

    @field_validator("replicas_to_wait")
    @classmethod
    def _survives_a_failover(cls, replicas: int, info: ValidationInfo) -> int:
        url, durability = info.data.get("redis_url", ""), info.data.get("durability")
        if replicas == 0 and durability == "strict" and redis_address.is_promoting(url):
            raise ValueError(
                "sentinels and clusters promote a replica that may lack what was acknowledged: give at least 1, "
                "or set TRACKER_DURABILITY=unsafe"
            )
        return replicas

    @field_validator("exchange_seconds")
    @classmethod
    def _below_the_lease(cls, seconds: float, info: ValidationInfo) -> float:
        if seconds >= info.data.get("lease_seconds", float("inf")):
            raise ValueError("must be below TRACKER_LEASE_SECONDS")
        return seconds

    @field_validator("searches")
    @classmethod
    def _rising(cls, searches: tuple[float, ...]) -> tuple[float, ...]:
        if not searches or list(searches) != sorted(searches):
            raise ValueError("give rising seconds, such as 0,5,15,45,120")
        return searches

    @field_validator("bandwidth_client_id", "bandwidth_client_secret", "bandwidth_username", "bandwidth_password")
    @classmethod
    def _given_where_needed(cls, value: str | SecretStr, info: ValidationInfo) -> str | SecretStr:
        way = "oauth2" if "_client_" in str(info.field_name) else "basic"
        if not value and info.data.get("bandwidth_auth") == way:
            raise ValueError(f"needed while TRACKER_BANDWIDTH_AUTH is {way}")
        return value

    @field_validator("callback_previous_password")
    @classmethod
    def _with_its_name(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        if bool(password) != bool(info.data.get("callback_previous_username", password)):
            raise ValueError("give it together with TRACKER_CALLBACK_PREVIOUS_USERNAME, or neither")
        return password

    @property
    def pace(self) -> Pace:
        """Return how fast an account may go."""
        return Pace.of(self.rate, self.burst)

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


def _problem(error: ErrorDetails) -> str:
    field = str(error["loc"][0]) if error["loc"] else ""
    name = field if field.isupper() else f"TRACKER_{field.upper()}"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"
