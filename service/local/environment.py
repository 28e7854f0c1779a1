"""What the children of a local run are told, by their environment: secrets stand on no command line.

They run in the data directory, so that a `.env` of the user's stays unread. Tunables that the caller sets
(`TRACKER_LOOK_FACTOR=1 order-tracker local`) are passed on; addresses and secrets are the run's own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service.local.ports import HOST

if TYPE_CHECKING:
    from pathlib import Path

    from service.local.credentials import Credentials

ACCOUNT: Final = "9900000"

#: the pace of a machine that somebody watches, in seconds
TUNABLES: Final = {
    "TRACKER_SEARCHES": "0,0.5,1,2,3",
    "TRACKER_LOOK_FACTOR": "0.5",
    "TRACKER_PROBE_SECONDS": "1",
    "TRACKER_CLOCK_SECONDS": "0.5",
    "TRACKER_RATE": "10000",
    "TRACKER_CLIENT_RATE": "10000",
    "TRACKER_BURST": "1000",
    # whoever tries events out receives them on this machine
    "TRACKER_OUTGOING_ALLOW": "localhost,127.0.0.0/8,::1",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The ports of a run."""

    api_port: int
    sandbox_port: int
    server_port: int

    @property
    def api(self) -> str:
        """Return the API's address."""
        return f"http://{HOST}:{self.api_port}"

    @property
    def sandbox(self) -> str:
        """Return the sandbox's address."""
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def redis(self) -> str:
        """Return the server's address."""
        return f"redis://{HOST}:{self.server_port}/0"


def environment(addresses: Addresses, credentials: Credentials, spool: Path) -> dict[str, str]:
    """Return the whole environment of the children."""
    own = {
        "TRACKER_ACCOUNTS": ACCOUNT,
        "TRACKER_API_TOKEN": credentials.api_token,
        "TRACKER_SECRET_KEY": credentials.secret_key,
        "TRACKER_REDIS_URL": addresses.redis,
        "TRACKER_QUEUE_REDIS_URL": "",
        "TRACKER_DURABILITY": "strict",
        "TRACKER_REPLICAS_TO_WAIT": "0",
        "TRACKER_SPOOL_DIR": str(spool),
        "TRACKER_BANDWIDTH_URL": f"{addresses.sandbox}/api/v1",
        "TRACKER_BANDWIDTH_AUTH": "oauth2",
        "TRACKER_BANDWIDTH_CLIENT_ID": credentials.sandbox_client_id,
        "TRACKER_BANDWIDTH_CLIENT_SECRET": credentials.sandbox_client_secret,
        "TRACKER_BANDWIDTH_USERNAME": "",
        "TRACKER_BANDWIDTH_PASSWORD": "",
        "TRACKER_CALLBACK_BASE_URL": addresses.api,
        "TRACKER_CALLBACK_SEGMENT": credentials.callback_segment,
        "TRACKER_CALLBACK_USERNAME": credentials.callback_username,
        "TRACKER_CALLBACK_PASSWORD": credentials.callback_password,
        "TRACKER_CALLBACK_PREVIOUS_USERNAME": "",
        "TRACKER_CALLBACK_PREVIOUS_PASSWORD": "",
        "SANDBOX_CLIENT_ID": credentials.sandbox_client_id,
        "SANDBOX_CLIENT_SECRET": credentials.sandbox_client_secret,
        "SANDBOX_USERNAME": credentials.sandbox_username,
        "SANDBOX_PASSWORD": credentials.sandbox_password,
    }
    # uvicorn and typer would read these
    foreign = {"REDIS_URL", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS"}
    callers = {name: value for name, value in os.environ.items() if name not in foreign}
    return {**TUNABLES, **callers, **own}
