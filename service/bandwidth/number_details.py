"""Asking Bandwidth about one telephone number (OpenAPI of /tns/{tn}/tndetails and /dldas).

The details are not of an account: whoever asks must look whose number it is. They carry the port-out passcode, so
nothing here tells of a document or keeps one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from service import answers, xml
from service.bandwidth import number_document
from service.bandwidth.guard import UNGUARDED, Guard
from service.carrier_errors import carrier_errors
from service.carrier_words import ten_digits
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.exchange import Exchange
from service.lifecycle import is_end
from service.order_resource import reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.bandwidth.connection import Connection
    from service.bandwidth.number_document import NumberDetails

#: "Telephone number '...' is not valid": Bandwidth does not know it
_UNKNOWN: Final = "12512"
_LIST: Final = "ResponseSelectWrapper"


async def details(connection: Connection, telephone_number: str, guard: Guard = UNGUARDED) -> NumberDetails | None:
    """Return what Bandwidth knows of a number of ten digits, whosever it is; None when it does not know the number.

    Raises BandwidthRefused for our credentials and for what Bandwidth refuses, and BandwidthUnavailable for
    everything that may be otherwise in a while.
    """
    meant = await _asked(connection, Exchange("GET", f"tns/{telephone_number}/tndetails"), guard)
    if isinstance(meant, answers.Refused) and any(each.code == _UNKNOWN for each in meant.errors):
        return None
    found = number_document.read(_root(meant))
    if found is None or ten_digits(found.full_number or telephone_number) != telephone_number:
        raise BandwidthUnavailable("Bandwidth's answer does not tell of this number.")
    return found


async def open_dlda_order(
    connection: Connection, account_id: str, telephone_number: str, guard: Guard = UNGUARDED
) -> str | None:
    """Return Bandwidth's id of the newest dlda order on a number that has not ended; None when it lists none.

    Raises as `details` does.
    """
    path = f"accounts/{quote(account_id, safe='')}/dldas"
    root = _root(await _asked(connection, Exchange("GET", path, {"tn": telephone_number}), guard))
    if root is None or xml.name(root) != _LIST.lower() or carrier_errors(root):
        raise BandwidthUnavailable("Bandwidth's answer is no list of orders.")
    still_open = (each for each in _entries(root) if not is_end(each.status or ""))
    newest = max(still_open, key=lambda each: each.created_at or 0, default=None)
    return newest.order_id if newest else None


async def _asked(connection: Connection, exchange: Exchange, guard: Guard) -> answers.Meaning:
    return answers.meaning(await connection.exchange(exchange, guard))


def _root(meant: answers.Meaning) -> xml.Element | None:
    match meant:
        case answers.Taken(root=root):
            return root
        case answers.Unauthorized() | answers.Forbidden() | answers.NotBandwidth() | answers.Refused():
            raise BandwidthRefused(meant.why)
    raise BandwidthUnavailable(meant.why)


def _entries(root: xml.Element) -> Iterator[reading.Reading]:
    for entry in xml.children(xml.child(root, "ListOrderIdUserIdDate"), "OrderIdUserIdDate"):
        yield reading.read(entry, lambda _: {})
