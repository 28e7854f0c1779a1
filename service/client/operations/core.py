"""What every call stands on: the target, the patience, one request or a list of pages."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from service.client import attempts
from service.client.attempts import Patience
from service.client.errors import UnexpectedAnswer
from service.client.exchange import Flow, Item, Method, Request, Response, Talk
from service.client.models.model import Model
from service.client.models.page import Page
from service.client.reading import read_all
from service.client.target import Target, query

M = TypeVar("M", bound=Model)

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class Core:
    """Sends requests; the classes of calls stand on it."""

    _target: Target
    _patience: Patience

    def _send(self, request: Request, deadline: float | None = None) -> Talk[Response]:
        """Send a request, again where that is safe, until its call's time is over."""
        return attempts.send(request, self._patience, deadline)

    def _page(self, path: str, filters: Mapping[str, object], model: type[M], name: str) -> Talk[Page[M]]:
        """Return one page of a list."""
        response = yield from self._send(Request("GET", path, query(filters)))
        return _read_page(response, model, name)

    def _pages(self, path: str, filters: Mapping[str, object], model: type[M], name: str) -> Flow[M]:
        """Hand out a whole list."""
        page = yield from self._page(path, filters, model, name)
        while True:
            for each in page.items:
                yield Item(each)
            if page.next is None:
                return
            page = _read_page((yield from self._send(Request("GET", page.next))), model, name)


def carrying(
    method: Method, path: str, body: object, *, key: str | None = None, repeatable: bool = True, dry_run: bool = False
) -> Request:
    """Return a request with a JSON body, and with an Idempotency-Key where there is one."""
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    asked = query({"dry_run": dry_run or None})
    return Request(method, path, asked, headers, encoded(body), repeatable=repeatable)


def encoded(body: object) -> bytes:
    """Write JSON; raises TypeError or ValueError for what it cannot hold."""
    return json.dumps(body, default=_plain, allow_nan=False).encode()


def key_of(given: str | None) -> str:
    """Return the Idempotency-Key that was given, else a new one; raises ValueError for one that no header holds."""
    if not given:
        return str(uuid.uuid4())
    if not _KEY.fullmatch(given):
        raise ValueError("An idempotency_key has 1 to 255 visible ASCII characters, and no blanks.")
    return given


def moment(name: str, at: datetime | str | None) -> str | None:
    """Write a time as the API takes it; raises ValueError for one without a zone."""
    if not isinstance(at, datetime):
        return at
    if at.tzinfo is None:
        raise ValueError(f"{name} needs a time with a zone: datetime.now(UTC), or at.astimezone().")
    return at.isoformat()


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return moment("The body", value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"A body cannot hold {type(value).__name__}: {value!r}")


def _read_page(response: Response, model: type[M], name: str) -> Page[M]:
    said = response.json()
    following = said.get("next") if isinstance(said, Mapping) else None
    # the token goes to the tracker only, whatever a link says
    if following is not None and not (isinstance(following, str) and following.startswith("/v1/")):
        raise UnexpectedAnswer(f"The next page is said to be at {following!r}, which is no path of the tracker.")
    return Page(read_all(model, said, name), following)
