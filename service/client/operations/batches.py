"""Batches: many orders made of one upload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from service.client.call import Call, Iteration
from service.client.errors import WaitTimeout
from service.client.exchange import Flow, Pause, Request, Talk
from service.client.models.batch import Batch, RowError
from service.client.operations.core import Core, encoded, key_of
from service.client.reading import read
from service.client.target import query
from service.client.time_limit import time_limit

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
#: seconds for which the tracker may read an upload of 20 MB
_READING: Final = 120.0
#: the longest pages
_BATCHES: Final = 100
_ERRORS: Final = 1_000


class Batches(Core):
    """Calls about batches."""

    @Call
    def submit_bulk(
        self,
        kind: str,
        rows: Iterable[Mapping[str, object]] | bytes,
        *,
        media_type: str = NDJSON,
        on_errors: Literal["reject", "continue"] | None = None,
        order_size: int | None = None,
        idempotency_key: str | None = None,
    ) -> Talk[Batch]:
        """Submit rows, and return their batch once all of it is on disk; its orders are made from then on.

        A row is a mapping of `telephone_number` (or `telephone_numbers`) and the fields that it gets; bytes are a file
        as it is, NDJSON or with its `media_type` CSV. Wrong rows are told in `errors`, unless `on_errors="reject"`:
        then nothing is accepted, and InvalidRows is raised.
        """
        content = rows if isinstance(rows, bytes) else b"".join(encoded(each) + b"\n" for each in rows)
        headers = {"Content-Type": media_type, "Idempotency-Key": key_of(idempotency_key)}
        asked = query({"on_errors": on_errors, "order_size": order_size})
        path = self._target.account("orders", kind, "bulk")
        response = yield from self._send(Request("POST", path, asked, headers, content, _READING))
        return read(Batch, response.json())

    @Call
    def batch(self, batch_id: str) -> Talk[Batch]:
        """Return a batch as it is now."""
        return (yield from self._batch(batch_id))

    @Iteration
    def iter_batches(self) -> Flow[Batch]:
        """Iterate over the account's batches, newest first."""
        return (yield from self._pages(self._target.account("batches"), {"limit": _BATCHES}, Batch, "batches"))

    @Iteration
    def iter_batch_errors(self, batch_id: str) -> Flow[RowError]:
        """Iterate over what is wrong with a batch's rows, by line: also those whose order was refused later."""
        where = self._target.account("batches", batch_id, "errors")
        return (yield from self._pages(where, {"limit": _ERRORS}, RowError, "errors"))

    @Call
    def wait_batch(self, batch_id: str, *, timeout: float | None = 3600.0) -> Talk[Batch]:
        """Return a batch once all of its orders have ended.

        Raises WaitTimeout after `timeout` seconds (None: never), with the batch as it was last.
        """
        clock, looks = self._patience.clock, 0
        deadline = clock() + time_limit("timeout", timeout)
        while True:
            batch = yield from self._batch(batch_id, deadline)
            left = deadline - clock()
            if batch.has_ended:
                return batch
            if left <= 0:
                raise WaitTimeout(f"Batch {batch_id} is {batch.state} after {timeout:g} s.", batch=batch)
            looks += 1
            yield Pause(min(left, self._patience.pause(looks)))

    def _batch(self, batch_id: str, deadline: float | None = None) -> Talk[Batch]:
        response = yield from self._send(Request("GET", self._target.account("batches", batch_id)), deadline)
        return read(Batch, response.json())
