"""What every call does last: the audit is told who did what, and the caller what is left of its rate."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from service.api import idempotency, limits
from service.audit import Audit
from service.store.auditing import Deed

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.api.operation import Operation
    from service.wiring import Desk


async def leave(request: Request, operation: Operation, answer: Response) -> None:
    """Let a caller out with the answer; what was done is done, whether or not the audit could be told."""
    limits.tell(request, answer)
    is_done = answer.status_code < HTTPStatus.BAD_REQUEST and idempotency.REPLAYED not in answer.headers
    if operation.is_audited and is_done:
        desk: Desk = request.app.state.desk
        deed = Deed(request.state.client.id, operation.id, _subject(request, answer), _detail(request))
        await Audit(desk.store, desk.settings).note(request.path_params["account_id"], deed)


def note(request: Request, detail: str) -> None:
    """Say more of what is being done, for the audit."""
    request.state.detail = detail


def _subject(request: Request, answer: Response) -> str:
    """Return what something was done to: what the address names besides its account, else what was made."""
    named = " ".join(str(value) for name, value in request.path_params.items() if name != "account_id")
    return named or answer.headers.get("location", "").rpartition("/")[2]


def _detail(request: Request) -> str:
    return getattr(request.state, "detail", "")
