"""Where the tracker is, who calls it, and on which account; what is not given comes from the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from service.client.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

URL: Final = "ORDER_TRACKER_URL"
TOKEN: Final = "ORDER_TRACKER_TOKEN"  # noqa: S105  (a name, not a secret)
ACCOUNT: Final = "ORDER_TRACKER_ACCOUNT"
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """A tracker, a token and an account."""

    #: without a slash at its end; it may have a path
    url: str
    token: str = field(repr=False)
    account_id: str | None

    @property
    def headers(self) -> dict[str, str]:
        """Return what every request carries."""
        return {"Authorization": f"Bearer {self.token}", "User-Agent": "order-tracker-client"}

    @property
    def is_local(self) -> bool:
        """Tell whether it is on this machine, where no proxy leads."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def account(self, *parts: str) -> str:
        """Return a path of the account, `/v1/accounts/A/...`; raises Misconfigured where there is no account."""
        if self.account_id is None:
            raise Misconfigured(f"Which account? Give account_id, or set {ACCOUNT}.")
        return path("v1", "accounts", self.account_id, *parts)


def choose(url: str | None, token: str | None, account_id: str | None) -> Target:
    """Return the target, with what the environment says where nothing is given; raises Misconfigured."""
    found = _known("base_url", url, URL).rstrip("/")
    parts = urlsplit(found)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise Misconfigured(f"{found!r} is no address of a tracker: give one such as https://orders.example.")
    proof = _known("token", token, TOKEN)
    if not _VISIBLE.fullmatch(proof):
        raise Misconfigured("The token has characters that no token has: blanks, line ends, or other than ASCII.")
    return Target(found, proof, account_id or os.environ.get(ACCOUNT) or None)


def path(*parts: str) -> str:
    """Return a path of these parts, each quoted; raises TypeError or ValueError for one that is no id."""
    for each in parts:
        if not isinstance(each, str):
            raise TypeError(f"An id is a string, such as order.id, not {type(each).__name__}.")
        if each in ("", ".", ".."):
            raise ValueError(f"{each!r} is no part of an address: was an id left empty?")
    return "".join(f"/{quote(each, safe='')}" for each in parts)


def query(values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return a query: what is None is left out, what is a list stands once for each of its values."""
    return tuple((name, text) for name, value in values.items() for text in _texts(value))


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for each in value for text in _texts(each)]
    return [str(value)]


def _known(name: str, given: str | None, variable: str) -> str:
    found = given or os.environ.get(variable)
    if not found:
        raise Misconfigured(f"Give {name}, or set {variable}.")
    return found
