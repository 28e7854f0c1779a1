"""Sending again every event since a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from service.dashboard import deeds, frame
from service.dashboard.endpoints.listed import ENDPOINT, name
from service.dashboard.entrance import enter, form
from service.dashboard.page import ROOT, Page
from service.doorway import endpoint_request
from service.errors import EndpointOff, InvalidReplay, ReplayUnderWay
from service.event import TYPES
from service.scopes import Scope
from service.times import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from service.errors import Refused

log = structlog.get_logger()


async def ask(request: Request) -> Response:
    """Ask since when, and say what will happen."""
    return await _ask(request)


async def begin(request: Request) -> Response:
    """Begin to send them again; the endpoint's page shows how far it is."""
    desk, client, account_id = enter(request)
    endpoint_id, sent = name(request), form(request)
    said, types = sent.get("since", "").strip(), sent.getlist("types")
    try:
        since, types_read = endpoint_request.read_replay({"since": _in_utc(said), "types": types})
        await desk.events.replays.begin(account_id, endpoint_id, since, types_read)
    except (InvalidReplay, ReplayUnderWay, EndpointOff) as error:
        return await _ask(request, said, types, error)
    desk.bells.announce(account_id)
    told = {"account": account_id, "endpoint": endpoint_id, "since": iso(since), "types": list(types_read)}
    log.info("endpoint.replay_begun", **told, client=client.id)
    await deeds.note(request, "replayEvents", endpoint_id, f"since {iso(since)}")
    return frame.see_other(f"{ROOT}/accounts/{account_id}/endpoints/{endpoint_id}")


def pages() -> list[Page]:
    """Return the form and what it does."""
    path = ENDPOINT + "/replay"
    return [Page("GET", path, ask, Scope.ADMIN), Page("POST", path, begin, Scope.ADMIN)]


async def _ask(request: Request, since: str = "", chosen: Sequence[str] = (), error: Refused | None = None) -> Response:
    desk, _, account_id = enter(request)
    endpoint = await desk.events.endpoints.get(account_id, name(request))
    wrong = [each.detail for each in error.errors] or [error.detail] if error else []
    return frame.show(
        request,
        "endpoint_replay.html",
        error.status if error else 200,
        endpoint=endpoint,
        since=since,
        chosen=chosen,
        wrong=wrong,
        types=endpoint.types or TYPES,
        days=desk.settings.event_days,
    )


def _in_utc(text: str) -> str:
    """Give the text of a `datetime-local` input, which has no zone and no seconds that are 0, what it lacks."""
    seconds = ":00" if text.count(":") == 1 else ""
    return f"{text}{seconds}Z" if text else text
