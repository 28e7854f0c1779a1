"""What a callback says, in XML or JSON: the names that are read, their bounds, and what makes two the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from service.identifiers import bandwidth_id
from service.report import CallbackNews

#: the names that are read, in lower case (Bandwidth's webhook guide)
NAMES: Final = frozenset(
    {
        "orderid",
        "customerorderid",
        "ordertype",
        "status",
        "message",
        "note",
        "subscriptionid",
        "lastmodifieddate",
    }
)
#: characters kept of a message or a note
_LONGEST: Final = 1_000
#: characters of an id or a word that we take into a key
_WORD: Final = 100


def news(account_id: str, said: Mapping[str, str]) -> CallbackNews:
    """Make news of the texts that a callback has under `NAMES`; a name with an empty text is left out before."""
    told_id, status, modified = _word(said, "orderid"), _word(said, "status"), _word(said, "lastmodifieddate")
    order_id = bandwidth_id(told_id) if told_id else None
    note, message = _text(said, "note", _LONGEST), _text(said, "message", _LONGEST)
    reference = _text(said, "customerorderid", _WORD)
    # two subscriptions may tell the same thing: the subscription is no part of what makes it the same
    told = "\n".join([order_id or reference or "", (status or "").upper(), note or "", modified or message or ""])
    return CallbackNews(
        account_id=account_id,
        key=hashlib.blake2b(told.encode(), digest_size=9).hexdigest(),
        bandwidth_order_id=order_id,
        customer_order_id=reference,
        order_type=_word(said, "ordertype"),
        status=status,
        message=message,
        note=note,
        subscription_id=_word(said, "subscriptionid"),
        last_modified=modified,
    )


def _word(said: Mapping[str, str], name: str) -> str | None:
    return "".join(said[name].split())[:_WORD] if name in said else None


def _text(said: Mapping[str, str], name: str, longest: int) -> str | None:
    return said[name][:longest] if name in said else None
