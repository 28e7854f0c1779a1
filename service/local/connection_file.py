"""`connection.json`: how to reach a local run, and the pids of its parts. It exists while the run is ready."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from service.local import private_file
from service.local.environment import ACCOUNT, Addresses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from service.local.credentials import Credentials

_ROLES = ("server", "sandbox", "api", "workers", "clock")


class ConnectionFile:
    """Written once the run is ready, again whenever a part is, and removed at the end."""

    def __init__(self, path: Path, addresses: Addresses, credentials: Credentials) -> None:
        self._path = path
        self._stable = _stable(addresses, credentials)
        self.remove()

    def write(self, pids: Mapping[str, Sequence[int]]) -> None:
        """Replace the file, with the pids that run now; a part that is just being started again has none."""
        named = {role: list(pids.get(role, ())) for role in _ROLES}
        private_file.write(self._path, {**self._stable, "pids": {"supervisor": [os.getpid()], **named}})

    def remove(self) -> None:
        """Remove the file: nothing can be reached."""
        self._path.unlink(missing_ok=True)


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
