"""How to reach a local run: `connection.json` for programs, with the pids of its parts, and `env` for a shell.

They exist while the run is ready.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

from service.local import private_file
from service.local.environment import ACCOUNT, Addresses, environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.local.credentials import Credentials

_ROLES = ("server", "sandbox", "api", "workers", "clock")


class ConnectionFile:
    """Written once the run is ready, again whenever a part is, and removed at the end."""

    def __init__(self, path: Path, addresses: Addresses, credentials: Credentials) -> None:
        self._path = path
        self._shell = path.with_name("env")
        self._stable = _stable(addresses, credentials)
        children = environment(addresses, credentials, path.with_name("spool"))
        self._settings = _settings({**children, **_for_clients(addresses, credentials)})
        self.remove()

    def write(self, pids: Mapping[str, Sequence[int]]) -> None:
        """Replace the file, with the pids that run now; a part that is just being started again has none."""
        named = {role: list(pids.get(role, ())) for role in _ROLES}
        private_file.write_text(self._shell, self._settings)
        private_file.write(self._path, {**self._stable, "pids": {"supervisor": [os.getpid()], **named}})

    def remove(self) -> None:
        """Remove the files: nothing can be reached."""
        self._path.unlink(missing_ok=True)
        self._shell.unlink(missing_ok=True)


def _settings(environment: Mapping[str, str]) -> str:
    """Write the run's settings so that a shell takes them over, and its commands and clients talk to this run."""
    ours = {name: value for name, value in environment.items() if name.startswith(("TRACKER_", "ORDER_TRACKER_"))}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(ours.items()))


def _for_clients(addresses: Addresses, credentials: Credentials) -> dict[str, str]:
    """Return what a client of the API (`service.client`) looks for in its environment."""
    return {
        "ORDER_TRACKER_URL": addresses.api,
        "ORDER_TRACKER_TOKEN": credentials.api_token,
        "ORDER_TRACKER_ACCOUNT": ACCOUNT,
    }


def _stable(addresses: Addresses, credentials: Credentials) -> dict[str, Any]:
    return {
        "url": addresses.api,
        "token": credentials.api_token,
        "account_id": ACCOUNT,
        "sandbox_url": addresses.sandbox,
        "sandbox_credentials": {
            "client_id": credentials.sandbox_client_id,
            "client_secret": credentials.sandbox_client_secret,
            "username": credentials.sandbox_username,
            "password": credentials.sandbox_password,
        },
        "redis_url": addresses.redis,
        "callback": {
            "url": f"{addresses.api}/callbacks/bandwidth/{ACCOUNT}/{credentials.callback_segment}",
            "username": credentials.callback_username,
            "password": credentials.callback_password,
        },
    }
