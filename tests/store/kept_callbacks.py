"""Callbacks as tests of orphans let them come: about an id or a reference, with a status of their own."""

from __future__ import annotations

from service.report import CallbackNews


async def hear(
    book,
    account,
    told_id=None,
    status="PROCESSING",
    *,
    reference=None,
    order_type="TnOptions",
    note=None,
    modified=None,
    spooled=False,
):
    """Let a callback come; returns what became of it."""
    news = dict.fromkeys(CallbackNews.__dataclass_fields__) | {
        "account_id": account,
        "key": f"{told_id} {reference} {status} {note}",
        "bandwidth_order_id": told_id,
        "customer_order_id": reference,
        "order_type": order_type,
        "status": status,
        "note": note,
        "last_modified": modified,
    }
    return await book.hear(CallbackNews(**news), spooled=spooled)
