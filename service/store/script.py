"""A Lua script: its own file, the files it needs before it, and in front the life cycle's table, buckets and schema."""

from __future__ import annotations

import hashlib
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Final

from service.lifecycle import STEP_OF
from service.notification import TOLD
from service.store.histogram import BOUNDS_MS
from service.store.schema import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence


class Script:
    """One atomic operation on an account. ARGV[1] and [2] are always the account's prefix and the clock's offset."""

    def __init__(self, name: str, needs: Sequence[str] = ()) -> None:
        self.name = name
        self._parts = ("record", *needs, name)

    @cached_property
    def text(self) -> str:
        """The whole script: it is read when it is first run, so that importing has no effect."""
        steps = ", ".join(f"{state} = '{step}'" for state, step in STEP_OF.items())
        bounds = ", ".join(map(str, BOUNDS_MS))
        folder = resources.files("service.store")
        bodies = [(folder / f"{part}.lua").read_text("utf-8") for part in self._parts]
        head = (f"local STEP = {{{steps}}}", f"local BOUNDS = {{{bounds}}}", f"local SCHEMA = {SCHEMA}")
        return "\n".join([*head, *self._told(), *bodies])

    def _told(self) -> list[str]:
        """Return the table kind -> state -> status for the scripts that make notifications."""
        if "events/making" not in self._parts:
            return []
        rows = []
        for kind, told in TOLD.items():
            words = ", ".join(f"{state} = '{status}'" for state, status in told.items())
            rows.append(f"['{kind}'] = {{{words}}}")
        return [f"local NOTIFIED = {{{', '.join(rows)}}}"]

    @cached_property
    def sha(self) -> str:
        """What EVALSHA calls it."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


ACCEPT: Final = Script("accept", needs=("lines", "numbers", "bulk/batches"))
INDEX: Final = Script("index", needs=("numbers",))
CLAIM: Final = Script("claim", needs=("meter",))
RENEW: Final = Script("renew")
GATHER: Final = Script("gather")
SURVEYED: Final = Script("surveyed", needs=("account",))
REPORT: Final = Script(
    "report",
    needs=("lines", "aside", "numbers", "adoptions", "bulk/batches", "apply", "orphans", "learn", "account"),
)
CALLBACK: Final = Script("callback", needs=("lines", "bulk/batches", "apply", "orphans"))
TAKE: Final = Script("take", needs=("meter",))
TURN: Final = Script("turn", needs=("meter",))
WAITS: Final = Script("waits", needs=("meter",))
ADOPT: Final = Script(
    "adopt", needs=("lines", "numbers", "adoptions", "bulk/batches", "apply", "orphans", "learn", "account", "ours")
)
POSTPONE: Final = Script("postpone", needs=("adoptions", "account"))
ACT: Final = Script("act", needs=("lines", "aside", "bulk/batches", "apply"))
NUDGE: Final = Script("nudge", needs=("lines", "bulk/batches", "apply"))
RESTORE: Final = Script("restore", needs=("lines", "bulk/batches", "apply"))
REPLAY: Final = Script("replay", needs=("lines", "adoptions", "bulk/batches", "apply", "orphans"))
SWEEP: Final = Script("sweep", needs=("orphans",))
RIPE: Final = Script("ripe", needs=("numbers", "ripeness"))
PURGE: Final = Script("purge", needs=("numbers", "ripeness"))
NOTE: Final = Script("note", needs=("audit",))
CREATE_CLIENT: Final = Script("clients/create_client", needs=("audit",))
CHANGE_CLIENT: Final = Script("clients/change_client", needs=("audit", "rotation"))
PLAN_BATCH: Final = Script("bulk/plan_batch")
COMMIT_BATCH: Final = Script("bulk/commit_batch")
BATCHES_DUE: Final = Script("bulk/batches_due")
TAKE_BATCHES: Final = Script("bulk/take_batches")
DUE_PLANNED: Final = Script("bulk/due_planned")
DOUBT_BATCH: Final = Script("bulk/doubt_batch")
REFUSE_PLANNED: Final = Script("bulk/refuse_planned", needs=("bulk/batches",))
POSTPONE_PLANNED: Final = Script("bulk/postpone_planned")
SCHEDULE_BATCH: Final = Script("bulk/schedule_batch", needs=("bulk/batches",))
PURGE_BATCHES: Final = Script("bulk/purge_batches", needs=("bulk/batches",))
INSPECT_BATCH: Final = Script("inspection/inspect_batch", needs=("bulk/batches", "inspection/differ"))
READ_EVENTS: Final = Script("events/read_events", needs=("events/events",))
FAN_OUT: Final = Script("events/fan_out", needs=("events/events", "events/making"))
TAKE_DELIVERIES: Final = Script("events/take_deliveries", needs=("events/events",))
RECORD_ATTEMPT: Final = Script("events/record_attempt", needs=("events/events",))
PENDING_EVENTS: Final = Script("events/pending_events", needs=("events/events",))
CREATE_ENDPOINT: Final = Script("events/create_endpoint", needs=("events/events", "events/subscribed"))
CHANGE_ENDPOINT: Final = Script("events/change_endpoint", needs=("events/events", "events/subscribed", "rotation"))
EXPIRED_ENDPOINTS: Final = Script("events/expired_endpoints", needs=("events/events",))
REMOVE_ENDPOINT: Final = Script("events/remove_endpoint", needs=("events/events",))
PING_ENDPOINT: Final = Script("events/ping_endpoint", needs=("events/events",))
REPLAY_DELIVERY: Final = Script("events/replay_delivery", needs=("events/events",))
BEGIN_REPLAY: Final = Script("events/begin_replay")
REPLAY_EVENTS: Final = Script("events/replay_events", needs=("events/events", "events/making"))
TELL_SUBSCRIPTION: Final = Script("events/tell_subscription")
INSPECT_EVENTS: Final = Script("inspection/inspect_events", needs=("events/events", "inspection/differ"))
INSPECT_ORDER: Final = Script(
    "inspection/inspect_order",
    needs=("lines", "bulk/batches", "inspection/differ", "inspection/retries", "inspection/membership"),
)
INSPECT_LINE: Final = Script("inspection/inspect_line", needs=("lines", "inspection/differ", "inspection/links"))
INSPECT_NUMBERS: Final = Script("inspection/inspect_numbers", needs=("numbers", "inspection/differ"))
INSPECT_MEMBERS: Final = Script(
    "inspection/inspect_members", needs=("numbers", "inspection/differ", "inspection/merged")
)
INSPECT_LINED: Final = Script("inspection/inspect_lined", needs=("inspection/differ",))
INSPECT_FIELDS: Final = Script(
    "inspection/inspect_fields", needs=("numbers", "adoptions", "orphans", "inspection/differ", "inspection/merged")
)
INSPECT_KEY: Final = Script("inspection/inspect_key", needs=("orphans", "inspection/differ"))
RELINK: Final = Script("inspection/relink", needs=("lines", "inspection/differ", "inspection/links"))
UNLINE: Final = Script("inspection/unline", needs=("lines", "inspection/differ"))
