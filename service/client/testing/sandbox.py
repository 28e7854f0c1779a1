"""The sandbox: Bandwidth's API on this machine, as a test sees and disturbs it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sandbox:
    """What the sandbox was asked, and the faults that it has. Magic numbers are in `Magic`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, trust_env=False)

    def set_faults(self, **faults: float) -> None:
        """Replace all faults: rates from 0 to 1, such as `drop_callbacks=1`, `accept_then_reset=0.5` or `outage=1`.

        What is not named is off; without any, all are. Raises ValueError for a fault that does not exist.
        """
        answer = self._http.put("/_sandbox/faults", json=faults)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise ValueError(answer.json()["error"])
        answer.raise_for_status()

    @contextmanager
    def faults(self, **faults: float) -> Iterator[None]:
        """Have faults while a block runs."""
        self.set_faults(**faults)
        try:
            yield
        finally:
            self.set_faults()

    def orders(self, telephone_number: str | None = None) -> list[dict[str, Any]]:
        """Return the orders that Bandwidth would have, or those that name a number: what was really sent."""
        asked = {"tn": telephone_number} if telephone_number else {}
        return self._list("/_sandbox/orders", asked)

    def callbacks(self) -> list[dict[str, Any]]:
        """Return the last callbacks that were tried, oldest first."""
        return self._list("/_sandbox/callbacks", {})

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _list(self, path: str, asked: dict[str, str]) -> list[dict[str, Any]]:
        answer = self._http.get(path, params=asked)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found
