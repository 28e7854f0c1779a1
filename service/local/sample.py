"""The second task of a run: submits an order of each kind, prints their timelines; 0 when all are complete.

Started once the run is ready: `python -m service.local.sample`.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
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

#: seconds the orders may take
PATIENCE: Final = 60.0
_LOOK_SECONDS: Final = 0.1
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
    """Submit, follow, and return 0 when every order is complete."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        settings = environment.load()
        states = _follow(Api(settings), settings.accounts[0], console)
    except TrackerError as error:
        sys.stderr.write(f"{error.detail}\n")
        return 1
    return 0 if set(states) == {"complete"} else 1


def _follow(api: Api, account_id: str, console: Console) -> list[str]:
    """Submit one order of each kind, print what happens to them as it happens, and return their states."""
    console.print("\nOne order of each kind, submitted to this run:", style="bold")
    began = time.monotonic()
    examples = {name: kind.example for name, kind in sorted(shelf().items()) if kind.example}
    followed = [
        Followed(kind, api.call("POST", f"/v1/accounts/{account_id}/orders/{kind}", example))
        for kind, example in examples.items()
    ]
    while True:
        lines = sorted(line for each in followed for line in each.look(api))
        for _, line, style in lines:
            console.print(line, style=style)
        if all(each.ended for each in followed) or time.monotonic() - began > PATIENCE:
            break
        time.sleep(_LOOK_SECONDS)
    console.print()
    for each in followed:
        each.print_end(api, console)
    return [str(each.order["state"]) for each in followed]


@dataclass
class Followed:
    """An order of the sample, and how much of its timeline stands on the terminal."""

    kind: str
    order: dict[str, Any]
    shown: int = 0
    ended: bool = False

    def look(self, api: Api) -> list[tuple[str, str, str]]:
        """Return what is new on the order's timeline: time, line and style."""
        if self.ended:
            return []
        self.order = api.call("GET", self.order["links"]["self"])
        entries = api.call("GET", self.order["links"]["timeline"])["timeline"]
        # what Bandwidth's own history adds stands further up
        told = [entry for entry in entries if entry.get("source") != "history"]
        new, self.shown = told[self.shown :], len(told)
        self.ended = self.order["state"] in TERMINAL
        return [(str(each["at"]), _line(self.kind, each), _STYLES.get(each.get("state", ""), "")) for each in new]

    def print_end(self, api: Api, console: Console) -> None:
        """Print how the order ended, and what became of its numbers."""
        state = str(self.order["state"])
        style = _STYLES.get(state, "bold") if self.ended else "bold red"
        console.print(
            f"  {self.kind:<17}  {state if self.ended else f'still {state}'}  {self.order['id']}", style=style
        )
        for number in api.call("GET", self.order["links"]["numbers"])["numbers"]:
            said = "  ".join(str(number[part]) for part in ("code", "description") if number[part])
            console.print(f"  {'':<17}  {number['telephone_number']}  {number['outcome']}  {said}".rstrip())


def _line(kind: str, entry: Mapping[str, Any]) -> str:
    clock = str(entry["at"]).partition("T")[2].removesuffix("Z")
    said = entry.get("detail") or entry.get("message") or entry.get("note") or entry.get("bandwidth_status") or ""
    return f"  {clock}  {kind:<17}  {entry.get('state', ''):<11}  {entry['event']:<9} {said}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
