"""An account at a glance."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from service.client.call import Call, Iteration
from service.client.exchange import Flow, Request, Talk
from service.client.models.deed import Deed
from service.client.models.summary import Summary
from service.client.operations.core import Core
from service.client.reading import read

_DEEDS: Final = 250


class Glance(Core):
    """Calls about the whole account."""

    @Call
    def summary(self, *, known: Summary | None = None) -> Talk[Summary]:
        """Return how many orders there are by kind and state; `known` itself while nothing has changed."""
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        response = yield from self._send(Request("GET", self._target.account("summary"), headers=headers))
        if known and response.status == 304:  # noqa: PLR2004
            return known
        return replace(read(Summary, response.json()), etag=response.headers.get("etag"))

    @Iteration
    def iter_audit(self) -> Flow[Deed]:
        """Iterate over who did what on the account, newest first."""
        return (yield from self._pages(self._target.account("audit"), {"limit": _DEEDS}, Deed, "deeds"))
