"""Answers about an account: its counts, its subscriptions, its orphans, its audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.api.audit_json import DeedPageJson, deed_json
from service.api.openapi.examples.specimens import ACCOUNT, AT, BANDWIDTH_ID, ORDER_ID
from service.api.orphan_json import OrphanPageJson, ReplayedJson, orphan_json, replayed_json
from service.api.subscription_json import SubscriptionsJson, health_json
from service.api.summary_json import SummaryJson, account_summary_json
from service.bandwidth.subscription_document import Subscription
from service.kinds import shelf
from service.lifecycle import State
from service.store.auditing import Deed
from service.store.counting import Counts, Oldest
from service.store.orphans import Adopting, Kept, Orphan, OrphanKey
from service.store.replaying import Replayed
from service.subscription_health import Examined, Health

if TYPE_CHECKING:
    from collections.abc import Mapping


def examples() -> Mapping[Any, Any]:
    """Return an example of each shape."""
    deeds: DeedPageJson = {"deeds": [deed_json(Deed("billing", "cancelOrder", ORDER_ID, at=AT))], "next": None}
    return {
        SummaryJson: _summary(),
        SubscriptionsJson: _subscriptions(),
        DeedPageJson: deeds,
        **_orphans(),
    }


def _summary() -> SummaryJson:
    open_ = {"lidb": Oldest(ORDER_ID, State.RECEIVED, AT)}
    counts = {
        kind: Counts({state: int(state is State.RECEIVED and kind in open_) for state in State}, open_.get(kind))
        for kind in sorted(shelf())
    }
    return account_summary_json(ACCOUNT, counts)


def _subscriptions() -> SubscriptionsJson:
    url = f"https://orders.example.com/callbacks/bandwidth/{ACCOUNT}/an-unguessable-part"
    subscription = Subscription("390f12ea-e345-479e-9a0e-e9b2d7e0c8f4", "lidbs", url, "bandwidth", 315_360_000)
    return health_json(Health(AT, (Examined(subscription, ("lidb",), ours=True),), ()))


def _orphans() -> Mapping[Any, Any]:
    key = OrphanKey(bandwidth_order_id=BANDWIDTH_ID)
    kept = Kept(AT, "lidbs", "COMPLETE", "PlacedElsewhere1")
    orphan = Orphan(key, (kept,), AT, AT + 7 * 86_400_000, Adopting("lidb", AT + 60_000, 1))
    page: OrphanPageJson = {"orphans": [orphan_json(orphan)], "next": None}
    replayed = Replayed(key, "applied", ORDER_ID, ((kept, "new"),), (), adopting=False)
    return {OrphanPageJson: page, ReplayedJson: replayed_json(replayed)}
