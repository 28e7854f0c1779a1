"""An account's summary over HTTP: one cheap call for dashboards that poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.api.entrance import enter
from service.api.operation import ACCOUNT, Answer, Operation, Parameter
from service.api.responses import tagged_response
from service.api.summary_json import SummaryJson, account_summary_json
from service.kinds import shelf
from service.store import counting

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def get(request: Request) -> Response:
    """Return the counts of an account's orders; 304 while they are those that the caller knows."""
    desk, _, account_id = enter(request)
    counts = await counting.count(desk.store, account_id, sorted(shelf()))
    return tagged_response(request, account_summary_json(account_id, counts))


def operations() -> list[Operation]:
    """Return the one call."""
    known = Parameter("If-None-Match", "The ETag of the summary that the caller knows.", place="header")
    return [
        Operation(
            "GET",
            ACCOUNT + "/summary",
            get,
            "getSummary",
            "How many orders there are of each kind and state, and the oldest that is open",
            parameters=(known,),
            answers={
                200: Answer("The counts", SummaryJson, ("ETag",)),
                304: Answer("The caller knows these counts", headers=("ETag",)),
            },
        )
    ]
