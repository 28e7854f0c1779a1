"""Who may read: the answers that turn a caller away before anything is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.answers import unauthorized, xml_answer
from service.local.sandbox.response_status import response_status

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.local.sandbox.state import State


def turned_away(state: State, request: Request, root: str) -> Response | None:
    """Answer 401 without credentials and 403 for an account that does not exist; None lets the request through."""
    if state.credentials.caller(request.headers.get("Authorization")) is None:
        return unauthorized()
    account_id = request.path_params.get("account_id")
    if account_id is not None and account_id not in state.options.accounts:
        return xml_answer(response_status(root, "Access Denied", 1001), 403)
    return None
