"""Adopting: an order that somebody placed elsewhere on the account gets a record, by one script, or is tried later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from service.identifiers import new_id
from service.lifecycle import Source
from service.settlement import NOT_TAKEN
from service.store import indexing, keys, record
from service.store.argument import doubled, entry
from service.store.script import ADOPT, POSTPONE, TAKE
from service.times import DAY_MS
from service.tracing import trace

if TYPE_CHECKING:
    from service.kind import Kind
    from service.lifecycle import Step
    from service.order import Found
    from service.pace import Pace
    from service.store.server.connection import Store

#: orders that one round of a clock rings for, and that their job fetches at once: well before they are due again
AT_ONCE: Final = 16
#: milliseconds from the first callback until the order is fetched: our own 201 comes first
HEAD_START_MS: Final = 2_000
#: milliseconds until the second try, and longest between two tries
BACK_OFF_MS: Final = (5_000, 3_600_000)
#: milliseconds for which orders accepted later wait for it; whoever placed it may never end it
LINE_MS: Final = 3 * DAY_MS


@dataclass(frozen=True, slots=True)
class Adoption:
    """An order placed elsewhere, as the due-set names it: KIND/BANDWIDTH_ID."""

    kind: str
    bandwidth_order_id: str

    @classmethod
    def named(cls, member: str) -> Adoption:
        """Read a member of the due-set."""
        kind, _, bandwidth_order_id = member.partition("/")
        return cls(kind, bandwidth_order_id)

    def __str__(self) -> str:
        return f"{self.kind}/{self.bandwidth_order_id}"


@dataclass(frozen=True, slots=True)
class Adopted:
    """What the script decided.

    `postponed`: it may be an order of ours that does not know its id yet; `doubled`: it is a second one that Bandwidth
    holds for the order of ours.
    """

    verdict: Literal["adopted", "known", "postponed", "doubled"]
    order_id: str | None = None
    #: the step for which that order is due at once, if it is
    due: Step | None = None
    #: it stands in the lines of its numbers
    lined: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """`again`: it is tried again later; `paused`: the account was paused by it."""

    again: bool
    paused: bool


async def take(store: Store, account_id: str, pace: Pace, most: int, push_ms: int, probe_ms: int = 0) -> list[str]:
    """Return orders that are due to be adopted, each handed to one taker for `push_ms`.

    No more than may be fetched now, or one; none of a paused account, but `probe_ms` > 0 may probe it with one of them.
    """
    key = keys.due_adopt(account_id)
    members: list[str] = await store.run(TAKE, account_id, key, "adopt", most, push_ms, probe_ms, *pace.arguments)
    return members


async def adopt(
    store: Store, account_id: str, found: Found, kind: Kind, account: dict[str, Any], *, most: int, factor: float
) -> Adopted:
    """Put an order placed elsewhere on disk, once, and apply its answer's effect on the account.

    `factor` stretches the wait for one that may be ours.
    """
    order_id = new_id()
    fields = record.fields_of_found(found, kind.name, kind.family, str(trace.current() or ""))
    argument = _about(Adoption(kind.name, found.bandwidth_order_id), account, factor) | {
        "id": order_id,
        "family": kind.family,
        "subjects": fields.get("subjects", fields["numbers"]),
        "record": fields,
        "entry": entry(Source.ADOPT, "adopted", "Placed elsewhere on the account.", bandwidth_status=found.status),
        "most": most,
        "line_ms": LINE_MS,
        "not_taken": dict.fromkeys(NOT_TAKEN, True),
        "doubled": doubled(Source.ADOPT, found.bandwidth_order_id),
    }
    if found.customer_order_id:
        argument["reference"] = found.customer_order_id
    verdict, *rest = await store.run(ADOPT, account_id, keys.order(account_id, order_id), record.dumps(argument))
    if verdict == "doubled":
        ours, due = rest
        return Adopted(verdict, ours, due or None)
    if verdict != "adopted":
        return Adopted(verdict)
    lined, left = rest
    if left:
        await indexing.follow(store, account_id, order_id)
    return Adopted(verdict, order_id, "check", bool(lined))


async def postpone(
    store: Store, account_id: str, adoption: Adoption, account: dict[str, Any], *, factor: float
) -> Postponed:
    """Try an order that could not be fetched again later, while its callbacks are kept."""
    argument = record.dumps(_about(adoption, account, factor))
    again, paused = await store.run(POSTPONE, account_id, keys.due_adopt(account_id), argument)
    return Postponed(bool(again), bool(paused))


def _about(adoption: Adoption, account: dict[str, Any], factor: float) -> dict[str, Any]:
    first, longest = (max(1, round(each * factor)) for each in BACK_OFF_MS)
    return {
        "kind": adoption.kind,
        "bandwidth_order_id": adoption.bandwidth_order_id,
        "back_off": {"first_ms": first, "longest_ms": longest},
        "account": account,
    }
