"""The order that an address of the front names: by our id, or by Bandwidth's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from service.errors import NotFound
from service.front.entrance import enter
from service.identifiers import bandwidth_id, is_id
from service.store import naming

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.kind import Kind
    from service.order import Order

#: what Bandwidth says of what there is not
MISSING: Final = "The resource does not exist"
_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


async def order(request: Request, kind: Kind) -> Order:
    """Return the order; raises NotFound for what is not known, of another kind, or purged."""
    desk, _, account_id = enter(request)
    given = bandwidth_id(request.path_params["order_id"])
    if not _ID.fullmatch(given):
        raise NotFound(MISSING)
    found = await desk.book.get(account_id, given) if is_id(given) else None
    if found is None and (held := await naming.holder(desk.store, account_id, given)):
        found = await desk.book.get(account_id, held)
    if found is None or found.kind != kind.name:
        raise NotFound(MISSING)
    return found
