"""What the tracker answers, as frozen values."""

from service.client.models.batch import Batch, BatchNumbers, BatchOrders, RowError, Rows
from service.client.models.deed import Deed
from service.client.models.endpoint import Attempt, Delivery, Endpoint, Replay, Subscribed, SwitchedOff
from service.client.models.event import Event
from service.client.models.model import Model
from service.client.models.number import LastOutcome, Number, OpenOrder
from service.client.models.order import (
    TERMINAL,
    Attention,
    Counts,
    DryRun,
    Foreseen,
    Order,
    PlannedRequest,
    Remark,
    WaitingFor,
)
from service.client.models.order_parts import Document, NumberOutcome, TimelineEntry
from service.client.models.orphan import Adoption, HeardAgain, Orphan, ReplayedOrphan
from service.client.models.page import Page
from service.client.models.subscription import Subscription, Subscriptions
from service.client.models.summary import OldestOrder, Summary

__all__ = [
    "TERMINAL",
    "Adoption",
    "Attempt",
    "Attention",
    "Batch",
    "BatchNumbers",
    "BatchOrders",
    "Counts",
    "Deed",
    "Delivery",
    "Document",
    "DryRun",
    "Endpoint",
    "Event",
    "Foreseen",
    "HeardAgain",
    "LastOutcome",
    "Model",
    "Number",
    "NumberOutcome",
    "OldestOrder",
    "OpenOrder",
    "Order",
    "Orphan",
    "Page",
    "PlannedRequest",
    "Remark",
    "Replay",
    "ReplayedOrphan",
    "RowError",
    "Rows",
    "Subscribed",
    "Subscription",
    "Subscriptions",
    "Summary",
    "SwitchedOff",
    "TimelineEntry",
    "WaitingFor",
]
