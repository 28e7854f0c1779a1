"""What is wrong with an account's subscriptions: judged from Bandwidth's list, our settings and what we remember.

Ours is a subscription whose id we remember, or that calls the path of our address for the account, whatever its host.
All others are somebody else's business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from service.bandwidth import callback_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from service.bandwidth.subscription_document import Receiver, Subscription
    from service.store.subscribed import Subscribed

Problem: TypeAlias = Literal["missing", "expiring", "wrong_url", "wrong_username", "old_password", "failing", "surplus"]

#: seconds left to live below which a subscription is written anew: 30 days
EXPIRING_SECONDS: Final = 30 * 86_400
#: seconds after which one is written again while Bandwidth shows the same failure: it does so until the next callback
FAILING_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Need:
    """An order type that an account must be subscribed to: its spellings, and the kinds whose orders it tells of."""

    spellings: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def order_type(self) -> str:
        """Return the spelling that names it here."""
        return self.spellings[0]

    def is_met_by(self, subscription: Subscription) -> bool:
        """Tell whether a subscription is to this order type."""
        return subscription.order_type.lower() in {each.lower() for each in self.spellings}


@dataclass(frozen=True, slots=True)
class Examined:
    """One of the account's subscriptions, the kinds it tells of, and what is wrong with it if it is ours."""

    subscription: Subscription
    kinds: tuple[str, ...]
    ours: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one need: the subscription of ours that meets it best, if there is one."""

    need: Need
    kept: Examined | None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is to be put right."""
        return self.kept.problems if self.kept else ("missing",)

    def is_due(self, remembered: Subscribed | None, now: int) -> bool:
        """Tell whether to write it now (ms): a failure that Bandwidth still shows waits for the next callback."""
        if self.kept is None or self.problems != ("failing",) or remembered is None:
            return bool(self.problems)
        subscription = self.kept.subscription
        told = (remembered.id, remembered.status) == (subscription.id, subscription.status)
        return not told or now - remembered.healed_at >= FAILING_SECONDS * 1000


@dataclass(frozen=True, slots=True)
class Health:
    """All of an account's callback subscriptions, and how it stands with every need."""

    #: when Bandwidth was asked, in ms since 1970 by this machine's clock
    at: int
    examined: tuple[Examined, ...]
    standings: tuple[Standing, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the order types without a subscription of ours."""
        return tuple(each.need.order_type for each in self.standings if each.kept is None)

    @property
    def broken(self) -> tuple[Standing, ...]:
        """Return the needs that are not met as they must be; a surplus subscription only tells things twice."""
        return tuple(each for each in self.standings if each.problems)


def examine(
    subscriptions: Sequence[Subscription],
    needs: Sequence[Need],
    receiver: Receiver,
    remembered: Mapping[str, Subscribed],
    credentials: str,
    at: int,
) -> Health:
    """Judge an account's subscriptions; `credentials` is the fingerprint of the receiver's, `at` is in ms."""
    own_ids, own_path = {each.id for each in remembered.values()}, _path(receiver.url)
    found: dict[str, Examined] = {}
    for each in subscriptions:
        need = next((need for need in needs if need.is_met_by(each)), None)
        ours = each.id in own_ids or _path(each.url) == own_path
        known = remembered.get(need.order_type) if need else None
        problems = _problems(each, receiver, known, credentials) if ours else ()
        found[each.id] = Examined(each, need.kinds if need else (), ours, problems)
    standings = tuple(Standing(need, _best(need, found.values(), remembered)) for need in needs)
    kept = {each.kept.subscription.id for each in standings if each.kept}
    examined = (
        replace(each, problems=("surplus",)) if each.ours and each.subscription.id not in kept else each
        for each in found.values()
    )
    return Health(at, tuple(examined), standings)


def _best(need: Need, found: Iterable[Examined], remembered: Mapping[str, Subscribed]) -> Examined | None:
    known = remembered.get(need.order_type)
    candidates = [each for each in found if each.ours and need.is_met_by(each.subscription)]

    def badness(each: Examined) -> tuple[bool, int, bool]:
        # one with our address comes first: Bandwidth refuses to give another the same one
        return "wrong_url" in each.problems, len(each.problems), known is None or known.id != each.subscription.id

    return min(candidates, key=badness, default=None)


def _problems(
    subscription: Subscription, receiver: Receiver, known: Subscribed | None, credentials: str
) -> tuple[Problem, ...]:
    ours_wrote = known.credentials if known and known.id == subscription.id else None
    wrong: dict[Problem, bool] = {
        "expiring": subscription.expiry is not None and subscription.expiry < EXPIRING_SECONDS,
        "wrong_url": subscription.url != receiver.url,
        "wrong_username": subscription.username != receiver.username,
        "old_password": ours_wrote not in (None, credentials),
        "failing": callback_status.fails(subscription.status or ""),
    }
    return tuple(problem for problem, found in wrong.items() if found)


def _path(url: str) -> str | None:
    try:
        return urlsplit(url).path
    except ValueError:
        return None
