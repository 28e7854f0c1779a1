"""What numbers and locations are set to in the end: as the last order of each line wants it, as without faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fault_orders import Placed

from service.local.environment import ACCOUNT

if TYPE_CHECKING:
    import httpx

#: the sandbox's own, where its numbers are
_PEER = f"/api/v1/accounts/{ACCOUNT}/sites/2/sippeers/500014"


def last_wishes(
    placed: Iterable[Placed], records: Mapping[str, dict[str, Any] | None]
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return (path, element) -> (order, value) of the last complete order about each setting."""
    done = [(records[each.id], each) for each in placed if each.id and records.get(each.id)]
    done = sorted((record["created_at"], record["id"], each) for record, each in done if record["state"] == "complete")
    return {place: (order_id, value) for _, order_id, each in done for place, value in _wishes(each)}


def _wishes(order: Placed) -> Iterator[tuple[tuple[str, str], str]]:
    body = order.body
    if "final_destination_uri" in body:
        yield (_PEER, "FinalDestinationUri"), body["final_destination_uri"]
    for part in (body, *body.get("groups", ())):
        if "call_forward" in part:
            for number in part.get("telephone_numbers") or [part["telephone_number"]]:
                yield (f"{_PEER}/tns/{number}", "CallForward"), part["call_forward"]


def possible_wishes(placed: Iterable[Placed]) -> set[tuple[tuple[str, str], str]]:
    """Return what orders without an answer want: nobody but the tracker knows whether it has them."""
    return {wish for each in placed if each.id is None for wish in _wishes(each)}


async def drifted(sandbox: httpx.AsyncClient, credentials, wishes, possible) -> dict[str, str]:
    """Return the orders whose settings somebody has changed back, each with a sentence."""
    found = {}
    auth = (credentials.sandbox_username, credentials.sandbox_password)
    for (path, element), (order_id, wanted) in wishes.items():
        shown = (await sandbox.get(path, auth=auth)).text
        match = re.search(f"<{element}>([^<]*)</{element}>", shown)
        if match is None or (match[1] != wanted and ((path, element), match[1]) not in possible):
            found[order_id] = f"{path} shows {match and match[1]} instead of {wanted}"
    return found
