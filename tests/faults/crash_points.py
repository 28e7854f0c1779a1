"""The crash points by name: each patches one function, so that its process kills itself there, once.

`CRASH_MARK` names the file that tells that it has happened: the process that is started again goes on.
"""

from __future__ import annotations

import functools
import os
import signal
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING

from service.api import acceptance
from service.bandwidth.oauth import ClientCredentials
from service.bells import Bells
from service.book import Book
from service.front.orders import submissions
from service.spool.spool import Spool
from service.store import accepting, reporting
from service.store.events import deliveries
from workers.bell_worker import BellWorker
from workers.lease import Lease

if TYPE_CHECKING:
    from collections.abc import Callable


def _die() -> None:
    try:
        os.close(os.open(os.environ["CRASH_MARK"], os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _always(*_: object) -> bool:
    return True


def before(owner: object, name: str, when: Callable[..., bool] = _always) -> None:
    """Die when a function is called with arguments that `when` takes."""
    inner = getattr(owner, name)

    @functools.wraps(inner)
    def patched(*given, **named):
        if when(*given):
            _die()
        return inner(*given, **named)

    setattr(owner, name, patched)


def after(owner: object, name: str, when: Callable[..., bool] = _always) -> None:
    """Die when a function is done with a result that `when` takes; it is also told the arguments."""
    inner = getattr(owner, name)

    @functools.wraps(inner)
    def patched(*given, **named):
        result = inner(*given, **named)
        if when(result, *given):
            _die()
        return result

    @functools.wraps(inner)
    async def awaited(*given, **named):
        result = await inner(*given, **named)
        if when(result, *given):
            _die()
        return result

    setattr(owner, name, awaited if iscoroutinefunction(inner) else patched)


def _sent(report) -> bool:
    return report.event == "sent"


POINTS = {
    "the 202 is built": lambda: after(acceptance, "json_response", lambda answer, *_: answer.status_code == 202),
    "the 201 is built": lambda: after(submissions, "xml_answer", lambda answer, *_: answer.status_code == 201),
    "the order is on disk": lambda: after(accepting, "accept", lambda done, *_: done.verdict == "accepted"),
    "a job is dequeued": lambda: before(BellWorker, "execute_job"),
    "an order is claimed": lambda: after(Book, "claim", lambda claims, *_: bool(claims)),
    "a request is about to be written": lambda: before(Lease, "writing", lambda _, exchange: exchange.changes),
    "the answer is read": lambda: before(Book, "report", lambda _book, _claim, report, *_: _sent(report)),
    "the answer is recorded": lambda: after(
        reporting, "report", lambda _done, _store, _claim, report, *_: _sent(report)
    ),
    "a callback is read": lambda: before(reporting, "hear"),
    "a callback is on disk": lambda: after(reporting, "hear"),
    "a callback is in the spool": lambda: after(Spool, "keep"),
    "a token is read": lambda: before(ClientCredentials, "_keep"),
    "the clock has taken what is due": lambda: after(Book, "take", lambda ids, *_: bool(ids)),
    "an event is on the stream": lambda: before(Bells, "announce"),
    "deliveries are made": lambda: after(deliveries, "fan_out", lambda done, *_: done[0] > 0),
    "a delivery is taken": lambda: after(deliveries, "take", lambda given, *_: bool(given)),
    "an event is delivered": lambda: before(
        deliveries, "report", lambda _store, _account, _given, _at, result: result.outcome == "delivered"
    ),
    "an attempt is recorded": lambda: after(deliveries, "report"),
}
