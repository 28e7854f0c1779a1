"""Where the tracker is, who calls it and on which account: by options, the environment, or a local run beside us.

A local run counts as a whole: its token is sent to no other address, and no other token to it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from service.errors import Misconfigured
from service.terminal.printable import one_line

URL: Final = "ORDER_TRACKER_URL"
TOKEN: Final = "ORDER_TRACKER_TOKEN"  # noqa: S105  (a name, not a secret)
ACCOUNT: Final = "ORDER_TRACKER_ACCOUNT"
#: what `order-tracker local` writes while it runs
LOCAL: Final = Path(".local/connection.json")


@dataclass(frozen=True, slots=True)
class Connection:
    """A tracker, a token and an account."""

    url: str
    token: str = field(repr=False)
    account_id: str


def find(url: str | None, token_file: Path | None, account_id: str | None) -> Connection:
    """Return what the options say, else the environment, else a local run; raises Misconfigured for what is missing."""
    address = url or os.environ.get(URL)
    token = _read(token_file) if token_file else os.environ.get(TOKEN)
    account = account_id or os.environ.get(ACCOUNT)
    if not (address or token) and LOCAL.is_file():
        here = _local()
        return Connection(here["url"], here["token"], account or here["account_id"])
    if address and token and account:
        return Connection(address, token, account)
    raise Misconfigured(_missing(address, token, account))


def _read(path: Path) -> str:
    try:
        token = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Misconfigured(f"--token-file {one_line(str(path))} cannot be read: {why}.") from None
    if not token:
        raise Misconfigured(f"--token-file {one_line(str(path))} is empty.")
    return token


def _local() -> dict[str, str]:
    try:
        said: Any = json.loads(LOCAL.read_text())
        return {name: str(said[name]) for name in ("url", "token", "account_id")}
    except (OSError, ValueError, KeyError, TypeError):
        raise Misconfigured(
            f"{LOCAL} cannot be read. Is `order-tracker local` just starting? Else set {URL}."
        ) from None


def _missing(url: str | None, token: str | None, account_id: str | None) -> str:
    wanted = [
        (url, f"{URL}: the tracker's address, such as https://orders.example (or --url)"),
        (token, f"{TOKEN}: a token, as `order-tracker clients create` prints it (or --token-file)"),
        (account_id, f"{ACCOUNT}: the Bandwidth account (or --account)"),
    ]
    lines = [f"  {how}" for value, how in wanted if not value]
    beside = "" if url or token else "\nor run this in the directory of a running `order-tracker local`"
    return "\n".join(["To talk to a tracker, set:", *lines]) + f"{beside}."
