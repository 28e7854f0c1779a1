"""What a resource of orders declares: its path, its kind, and the shapes of its documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from service.carrier_errors import CarrierError
from service.front.orders.picture import Picture
from service.kind import Kind
from service.kinds import shelf
from service.xml import Element

Write: TypeAlias = Callable[[Picture], Element]
#: writes a refusal: what is wrong, and the request repeated as a client may see it, where it could be read
Refuse: TypeAlias = Callable[[Sequence[CarrierError], Sequence[Element]], Element]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of orders, below an account."""

    #: last part of its path, found in any case
    path: str
    kind_name: str
    #: the element around the answers to a POST, and around a 404
    response_root: str
    report_root: str
    #: writes the 201, and the answer to a GET of one order
    created: Write
    report: Write
    #: writes a list of so many in all; the second one with whole orders, where it has one
    listing: Callable[[Sequence[Picture], int], Element]
    details: Callable[[Sequence[Picture], int], Element] | None
    refused: Refuse
    #: filters that its list knows; others are ignored, as Bandwidth does
    filters: frozenset[str]
    #: the element around the 404 of a history; None where there is no history, '' where it has no body
    history_root: str | None = None
    #: codes that Bandwidth tells with 409
    conflicts: frozenset[str] = frozenset()
    #: a state's words in the history, and whether it prints states in upper case
    notes: Mapping[str, str] = field(default_factory=dict)
    shouts: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of its orders."""
        return shelf()[self.kind_name]
