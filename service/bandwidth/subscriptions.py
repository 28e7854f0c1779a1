"""Calls to Bandwidth's subscriptions, version 1 (its subscriptions guide and OpenAPI of /subscriptions).

Every function raises BandwidthRefused for what Bandwidth refuses in its words or for our credentials, and
BandwidthUnavailable for everything that may be otherwise in a while, a 429 included.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from service import answers, xml
from service.bandwidth import subscription_document
from service.bandwidth.guard import UNGUARDED, Guard
from service.carrier_errors import carrier_errors
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.exchange import Answer, Exchange, NotSent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.bandwidth.connection import Connection
    from service.bandwidth.subscription_document import Receiver, Subscription
    from service.exchange import Reply

_WRONG_ORDER_TYPE: Final = "14500"
#: refused because one of the same order type and address exists
DUPLICATE: Final = "16008"
#: "Subscriptions for account ... not found": how an empty list may be told
_NONE_FOUND: Final = frozenset({"16001", "16002"})
#: the guide, the OpenAPI document and an older guide wrap a list differently
_ROOTS: Final = frozenset({"subscriptionsresponse", "subscriptions", "subscription"})


async def listed(connection: Connection, account_id: str, guard: Guard = UNGUARDED) -> list[Subscription]:
    """Return the account's callback subscriptions to all orders of a type, in Bandwidth's sequence."""
    reply = await connection.exchange(Exchange("GET", _path(account_id)), guard)
    try:
        answer = _taken(reply)
    except BandwidthRefused as refusal:
        if refusal.code in _NONE_FOUND:
            return []
        raise
    return subscription_document.read(_document(answer))


async def create(
    connection: Connection, account_id: str, spellings: Sequence[str], receiver: Receiver, guard: Guard = UNGUARDED
) -> str:
    """Create a subscription to an order type and return its id; the type's spellings are tried in turn.

    LIDB is `lidb` in the OpenAPI document and `lidbs` in the text of error 14500. A refusal with code `DUPLICATE`
    means that another process has created it meanwhile.
    """
    order_type, *others = spellings
    body = subscription_document.write(order_type, receiver)
    exchange = Exchange("POST", _path(account_id), body=body, changes=True)
    reply = await connection.exchange(exchange, guard)
    try:
        return _made(_taken(reply))
    except BandwidthRefused as refusal:
        if refusal.code != _WRONG_ORDER_TYPE or not others:
            raise
    return await create(connection, account_id, others, receiver, guard)


async def replace(
    connection: Connection,
    account_id: str,
    subscription_id: str,
    order_type: str,
    receiver: Receiver,
    guard: Guard = UNGUARDED,
) -> bool:
    """Write a subscription anew, in full; False when it is gone (404)."""
    path = f"{_path(account_id)}/{quote(subscription_id, safe='')}"
    body = subscription_document.write(order_type, receiver)
    reply = await connection.exchange(Exchange("PUT", path, body=body, changes=True), guard)
    if isinstance(reply, Answer) and reply.status == HTTPStatus.NOT_FOUND:
        return False
    _taken(reply)
    return True


def _path(account_id: str) -> str:
    return f"accounts/{account_id}/subscriptions"


def _taken(reply: Reply) -> Answer:
    meant = answers.meaning(reply)
    if isinstance(meant, answers.Unauthorized):
        raise BandwidthRefused(f"Bandwidth refuses our credentials: {meant.why}")
    if isinstance(reply, Answer):
        if isinstance(meant, answers.Taken):
            return reply
        if isinstance(meant, answers.Refused | answers.Forbidden | answers.NotBandwidth):
            raise _refusal(reply)
    why = meant.why if isinstance(meant, NotSent | answers.Throttled | answers.Unknown) else ""
    raise BandwidthUnavailable(f"Bandwidth did not answer about subscriptions as it must: {why}")


def _refusal(answer: Answer) -> BandwidthRefused:
    try:
        error = next(iter(carrier_errors(xml.parse(answer.body))), None)
    except xml.UnreadableXml:
        error = None
    code, said = (error.code, error.description) if error else (None, "")
    named = ", ".join(part for part in (code, said or "it does not say why") if part)
    return BandwidthRefused(f"Bandwidth refused this about subscriptions with {answer.status}: {named}", code)


def _document(answer: Answer) -> xml.Element | None:
    """Return a list's root; an answer without a body is an empty list, a page of something else is none."""
    if not answer.body:
        return None
    try:
        root = xml.parse(answer.body)
    except xml.UnreadableXml as error:
        raise BandwidthUnavailable(f"Bandwidth's list of subscriptions cannot be read: {error}.") from error
    if xml.name(root) not in _ROOTS:
        raise BandwidthUnavailable(f"Bandwidth's list of subscriptions is a document {xml.name(root)[:40]!r}.")
    return root


def _made(answer: Answer) -> str:
    made = answer.headers.get("location", "").rstrip("/").rpartition("/")[2]
    if answer.status != HTTPStatus.CREATED or not made:
        raise BandwidthUnavailable(f"Bandwidth answered {answer.status} without the new subscription's address.")
    return made
