"""One order: what was asked, when it was born and changed, and where its time leads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.local.sandbox.processing import Milestone, reached
from service.local.sandbox.verdict import OrderError, Verdict
from service.local.sandbox.xml import Element, parse


@dataclass(frozen=True)
class Draft:
    """What a kind reads out of an acceptable request."""

    customer_order_id: str | None
    telephone_numbers: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Birth:
    """Where and when an order came into the world."""

    order_id: str
    at: datetime
    user: str
    #: Seconds from here to the end, before the verdict stretches them.
    pace: float


@dataclass(frozen=True)
class Order:
    """An accepted order; its state at a moment follows from its milestones."""

    order_id: str
    account_id: str
    kind: str
    draft: Draft
    post_key: tuple[str, str, str]
    #: The body of the POST, or of the last PUT that changed the order.
    body: bytes
    birth: Birth
    milestones: tuple[Milestone, ...]
    #: When the order was changed by PUT, oldest first.
    changed_at: tuple[datetime, ...] = ()

    @property
    def created_at(self) -> datetime:
        """Return when the order was accepted."""
        return self.birth.at

    @property
    def created_by(self) -> str:
        """Return who asked for the order."""
        return self.birth.user

    def root(self) -> Element:
        """Return the request as it stands now."""
        return parse(self.body)

    def modified_at(self, milestone: Milestone) -> datetime:
        """Return the LastModifiedDate in a state: when it began, or the last change by PUT after that."""
        return max((milestone.at, *self.changed_at))

    def now_at(self, now: datetime) -> Milestone:
        """Return the last milestone behind us."""
        return reached(self.milestones, now)[-1]

    def errors_in(self, milestone: Milestone) -> tuple[OrderError, ...]:
        """Return the errors that may be seen: those of the 201, and at the end all."""
        verdict = self.draft.verdict
        return verdict.errors if milestone.is_end else verdict.errors_at_once

    def is_open_at(self, now: datetime) -> bool:
        """Whether the order has not ended."""
        return not self.now_at(now).is_end

    def ended_at(self, now: datetime) -> datetime | None:
        """Return when the order ended, if it has."""
        last = self.now_at(now)
        return last.at if last.is_end else None
