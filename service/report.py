"""What is said of an order: a worker's claim and its report, the documents with it, and Bandwidth's callbacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from service.lifecycle import Source, State, Step
from service.order import Attention, Order, Outcomes, Remark, Waiting


@dataclass(frozen=True, slots=True)
class Document:
    """XML that went to Bandwidth or came from it, masked."""

    direction: Literal["sent", "received"]
    title: str
    xml: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the order's history at Bandwidth, in its words; `at` in ms by its clock."""

    at: int
    note: str
    status: str | None
    author: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What one look at an order brought. Nothing here is applied except by `service.book`.

    `state` None leaves the order where it is; `look_in` None follows the kind's ladder. Reports of a check
    that change nothing leave no trace but `checked_at`.
    """

    source: Source
    #: the timeline's word for it, such as `sent` or `not_found`
    event: str
    detail: str = ""
    state: State | None = None
    bandwidth_order_id: str | None = None
    bandwidth_status: str | None = None
    outcomes: Outcomes | None = None
    errors: tuple[Remark, ...] | None = None
    warnings: tuple[Remark, ...] | None = None
    attention: Attention | None = None
    waiting: Waiting | None = None
    #: seconds until the next look
    look_in: float | None = None
    #: Bandwidth answered a search for an uncertain order, and it was not there
    searched: bool = False
    #: the look brought no news: nothing left this machine, or no answer to a GET could be used; lengthens the back-off
    failed: bool = False
    #: False: its worker was kept from the first exchange, so this was no look at all: nothing of it is counted
    begun: bool = True
    #: Bandwidth is busy with another change of the same thing and took nothing
    conflict: bool = False
    #: it rests on Bandwidth's whole picture of the order, which was modified then (ms), if it says so
    pictured: bool = False
    modified_at: int | None = None
    documents: tuple[Document, ...] = ()
    #: what Bandwidth's own history tells; each entry goes on the timeline once
    history: tuple[Happening, ...] = ()
    #: the client that decided so, where a person did
    by: str | None = None
    #: the process that looked, as `HOST (pid PID)`
    worker: str | None = None
    #: what becomes of its place in its lines: it is given up, or the last one is taken instead
    line: Literal["leave", "end"] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one order until its lease ends."""

    order: Order
    step: Step
    operation: str
    fence: int
    nudges: int
    #: the store's time (ms) at the claim
    claimed_at: int
    #: local monotonic time, taken before the claim was sent, at which the lease ends
    lease_ends: float
    #: as many replicas have it as must; without them nothing is sent
    confirmed: bool = True
    #: the account's turn of its first exchange was taken with it
    paid: bool = True


@dataclass(frozen=True, slots=True)
class CallbackNews:
    """What one of Bandwidth's callbacks says: a hint, never a proof (unsigned, unordered, may repeat)."""

    account_id: str
    #: names this callback, so that the same one is told apart when it comes again
    key: str
    bandwidth_order_id: str | None
    customer_order_id: str | None
    order_type: str | None
    status: str | None
    message: str | None
    note: str | None
    subscription_id: str | None
    last_modified: str | None

    @property
    def is_note(self) -> bool:
        """Tell whether it only adds a note: it has no status, so nothing about the order changed."""
        return self.status is None
