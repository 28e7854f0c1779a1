"""A request for an order, with all that its kind may know when it decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.local.sandbox.options import Options
from service.local.sandbox.order import Order
from service.local.sandbox.xml import Element


@dataclass(frozen=True)
class Attempt:
    """A POST or PUT whose body could be read; nothing is accepted yet."""

    root: Element
    account_id: str
    user: str
    at: datetime
    options: Options
    #: Answers the open order of the same kind and account that has a telephone number in process.
    holder: Callable[[str], Order | None]
