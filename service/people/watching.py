"""Watching orders: events make it quick, and reading the orders now and then makes it right."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from service.client import ConnectionFailed, Event, TrackerError, Unavailable
from service.people.board import Board

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from service.client import AsyncOrderTracker, Order
    from service.people.session import Session

#: orders that a stream can be asked for by their ids, and open orders that are read at the beginning
MOST: Final = 100
#: seconds without an event after which the orders are read all the same: soon after the beginning, for what happened
#: while the stream was being opened, then seldom
_READS: Final = (1.0, 5.0, 15.0)


async def watch(session: Session, order_ids: Sequence[str], show: Callable[[Board, Sequence[Order]], None]) -> Board:
    """Show the board at first and after every change, until nothing more comes; without ids that is never."""
    async with session.async_tracker() as tracker:
        board, heard = Board(grows=not order_ids), asyncio.Queue[Event | TrackerError]()
        listening = asyncio.create_task(_listen(tracker, order_ids, heard))
        try:
            for each in await _first(tracker, order_ids):
                board.put(each)
            show(board, list(board.orders.values()))
            async for asked in _asked(board, heard):
                if changed := [order for order in await _read(tracker, board, asked) if board.put(order)]:
                    show(board, changed)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    return board


async def _listen(
    tracker: AsyncOrderTracker, order_ids: Sequence[str], heard: asyncio.Queue[Event | TrackerError]
) -> None:
    try:
        async for each in tracker.events(order_id=order_ids, patience=None):
            heard.put_nowait(each)
    except TrackerError as error:
        heard.put_nowait(error)


async def _asked(board: Board, heard: asyncio.Queue[Event | TrackerError]) -> AsyncIterator[list[str]]:
    """Yield which orders to read now, until nothing more comes."""
    silences = 0
    while not board.is_over:
        news = await _heard(heard, _READS[min(silences, len(_READS) - 1)])
        silences += not news
        # an event without an order says that some events are gone
        is_whole = news and all(each.order_id for each in news)
        yield board.wanted(news) if is_whole else board.moving


async def _heard(heard: asyncio.Queue[Event | TrackerError], seconds: float) -> list[Event]:
    """Return what was heard by now, or the first that is heard in so many seconds; raises what ended the stream."""
    try:
        found = [await asyncio.wait_for(heard.get(), seconds)]
    except TimeoutError:
        return []
    while not heard.empty():
        found.append(heard.get_nowait())
    for each in found:
        if isinstance(each, TrackerError):
            raise each
    return [each for each in found if not isinstance(each, TrackerError)]


async def _first(tracker: AsyncOrderTracker, order_ids: Sequence[str]) -> Sequence[Order]:
    if not order_ids:
        return (await tracker.list_orders(limit=MOST, state="open")).items[::-1]
    return [await tracker.get(each) for each in order_ids]


async def _read(tracker: AsyncOrderTracker, board: Board, order_ids: Sequence[str]) -> list[Order]:
    """Return orders as they are now; while the tracker is away none, for they are read again."""
    try:
        return [await tracker.get(each, known=board.orders.get(each)) for each in order_ids]
    except (ConnectionFailed, Unavailable):
        return []
