"""A metric of an account: it carries the label `account` and, where it says so, others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from service.api.metrics.metric import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from service.api.metrics.metric import Sample
    from service.vitals import AccountVitals

Vital: TypeAlias = "Metric[AccountVitals]"
Read: TypeAlias = "Callable[[AccountVitals], Iterable[Sample]]"


def gauge(name: str, labels: tuple[str, ...], says: str, read: Read) -> Vital:
    """Return a gauge of an account, with its labels besides `account`."""
    return Metric("gauge", name, ("account", *labels), says, read)


def counter(name: str, labels: tuple[str, ...], says: str, read: Read) -> Vital:
    """Return a counter of an account, with its labels besides `account`."""
    return Metric("counter", name, ("account", *labels), says, read)


def histogram(name: str, labels: tuple[str, ...], says: str, read: Read) -> Vital:
    """Return a histogram of an account, with its labels besides `account`."""
    return Metric("histogram", name, ("account", *labels), says, read)


def one(value: Callable[[AccountVitals], Any]) -> Read:
    """Show one value of an account."""
    return lambda vitals: [((vitals.account_id,), value(vitals))]


def each(values: Callable[[AccountVitals], Mapping[Any, Any]]) -> Read:
    """Show values of an account under one more label."""
    return lambda vitals: [((vitals.account_id, label), value) for label, value in values(vitals).items()]
