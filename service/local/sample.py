"""The second task of a run: submits the first order of Bandwidth's guide, prints its timeline; 0 when it is complete.

Started once the run is ready: `python -m service.local.sample`.
"""

from __future__ import annotations

import json
import sys
import time
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from rich.console import Console

from service import settings as environment
from service.errors import TrackerError, Unavailable
from service.kinds import shelf
from service.lifecycle import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.settings import Settings

#: seconds the order may take
PATIENCE: Final = 60.0
_LOOK_SECONDS: Final = 0.1
_KIND: Final = "tn-options"
_STYLES: Final = {"complete": "bold green", "partial": "yellow", "failed": "bold red", "rejected": "bold red"}


class Api:
    """The API of this run, as a client sees it."""

    def __init__(self, settings: Settings) -> None:
        self._host = urlsplit(str(settings.callback_base_url)).netloc
        self._headers = {
            "Authorization": f"Bearer {settings.api_token.get_secret_value()}",
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer's JSON; raise Unavailable for anything but a good answer."""
        connection = HTTPConnection(self._host, timeout=PATIENCE)
        try:
            connection.request(method, path, json.dumps(body) if body else None, self._headers)
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise Unavailable(f"The API did not answer as it must: {error}") from error
        finally:
            connection.close()
        if response.status >= 300:  # noqa: PLR2004
            raise Unavailable(f"The API answered {response.status}: {answer.get('detail', answer)}")
        return answer


def main() -> int:
    """Submit, follow, and return 0 when the order is complete."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        settings = environment.load()
        return 0 if _follow(Api(settings), settings.accounts[0], console) == "complete" else 1
    except TrackerError as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1


def _follow(api: Api, account_id: str, console: Console) -> str:
    began, shown = time.monotonic(), 0
    example = shelf()[_KIND].example
    order = api.call("POST", f"/v1/accounts/{account_id}/orders/{_KIND}", example)
    console.print(f"\nThe first example of Bandwidth's guide, submitted as order {order['id']}:", style="bold")
    while True:
        ended = order["state"] in TERMINAL
        entries = api.call("GET", order["links"]["timeline"])["timeline"]
        for entry in entries[shown:]:
            console.print(_line(entry), style=_STYLES.get(entry.get("state", ""), ""))
        shown = len(entries)
        if ended or time.monotonic() - began > PATIENCE:
            break
        time.sleep(_LOOK_SECONDS)
        order = api.call("GET", order["links"]["self"])
    _print_end(api, order, console, time.monotonic() - began)
    return str(order["state"])


def _print_end(api: Api, order: dict[str, Any], console: Console, seconds: float) -> None:
    for number in api.call("GET", order["links"]["numbers"])["numbers"]:
        said = "  ".join(str(number[part]) for part in ("code", "description") if number[part])
        console.print(f"  {number['telephone_number']}  {number['outcome']}  {said}".rstrip())
    if order["state"] in TERMINAL:
        console.print(f"{order['state']} after {seconds:.1f} s", style=_STYLES.get(order["state"], "bold"))
    else:
        console.print(f"still {order['state']} after {seconds:.0f} s", style="bold red")


def _line(entry: Mapping[str, Any]) -> str:
    clock = str(entry["at"]).partition("T")[2].removesuffix("Z")
    said = entry.get("detail") or entry.get("message") or entry.get("note") or entry.get("bandwidth_status") or ""
    return f"  {clock}  {entry.get('state', ''):<11}  {entry['event']:<9} {said}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
