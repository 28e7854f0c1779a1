"""Names and addresses of people, masked for a caller whose token lacks `read:personal`.

What is stored is whole. Masked are the fields and elements that a kind declares, and what they hold wherever Bandwidth
repeats it in its own words: errors, warnings, notes, documents.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from service import xml
from service.kinds import shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.bandwidth.number_features import Features
    from service.numbers import Number
    from service.order import Order, Outcome, Remark
    from service.report import Document
    from service.store.document import KeptDocument

_T = TypeVar("_T")

#: characters of a value that is looked for in texts: what is shorter (a state, a direction) is in every sentence
_SHORTEST: Final = 3
_WORD: Final = re.compile(r"\w+")
#: of a timeline's entry: words of ours
_OURS: Final = frozenset({"source", "event", "state"})


def masked_order(order: Order) -> Order:
    """Return an order as a caller sees it who may not see personal data; it is only to be shown."""
    kind = shelf().get(order.kind)
    if kind is None or not (kind.personal_fields or kind.personal_elements):
        return order
    veil = Veil(order)
    return replace(
        order,
        request=_hidden_below(order.request, kind.personal_fields),
        errors=veil.remarks(order.errors),
        warnings=veil.remarks(order.warnings),
        attention=order.attention and replace(order.attention, do=veil.text(order.attention.do)),
        waiting=order.waiting and replace(order.waiting, why=veil.text(order.waiting.why)),
    )


def masked_number(number: Number, orders: Iterable[Order | None]) -> Number:
    """Return a number's details as such a caller sees them; `orders` are those of its last outcomes."""
    veils = {order.id: Veil(order) for order in orders if order}
    outcomes = tuple(
        replace(each, outcome=veils[each.order_id].outcome(each.outcome)) if each.order_id in veils else each
        for each in number.ours.last_outcomes
    )
    details = number.details and replace(number.details, features=_masked_features(number.details.features))
    return replace(number, ours=replace(number.ours, last_outcomes=outcomes), details=details)


class Veil:
    """What hides the personal data of one order, where texts of others repeat it; once `lifted`, nothing is hidden."""

    def __init__(self, order: Order, *, lifted: bool = False) -> None:
        kind = None if lifted else shelf().get(order.kind)
        self._request = order.request
        self._fields = kind.personal_fields if kind else frozenset()
        self._elements = kind.personal_elements if kind else frozenset()

    def text(self, text: str) -> str:
        """Mask what a text repeats, in any case."""
        if not self._phrases:
            return text
        words = list(_WORD.finditer(text))
        shown, end, at = [], 0, 0
        while at < len(words):
            length = self._said(words, at)
            if length:
                shown += [text[end : words[at].start()], xml.MASK]
                end = words[at + length - 1].end()
            at += length or 1
        return "".join([*shown, text[end:]])

    def remarks(self, remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
        """Mask errors or warnings."""
        return tuple(replace(each, description=self.text(each.description)) for each in remarks)

    def outcome(self, outcome: Outcome) -> Outcome:
        """Mask what became of a number."""
        said, warned = outcome.description, outcome.warning
        return replace(outcome, description=said and self.text(said), warning=warned and self.text(warned))

    def entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Mask a timeline's entry."""
        return {
            name: self.text(value) if isinstance(value, str) and name not in _OURS else value
            for name, value in entry.items()
        }

    async def documents(self, kept: list[KeptDocument]) -> list[KeptDocument]:
        """Mask documents; large ones take a while, in which others are answered."""
        if not self.hides:
            return kept
        return await asyncio.to_thread(lambda: [replace(each, document=self.document(each.document)) for each in kept])

    def document(self, document: Document) -> Document:
        """Mask a document."""
        if not self.hides:
            return document
        return replace(document, xml=xml.masked_again(document.xml, self._elements, self.text))

    @property
    def hides(self) -> bool:
        """Whether there may be anything to hide."""
        return bool(self._elements or self._phrases)

    @cached_property
    def _phrases(self) -> frozenset[tuple[str, ...]]:
        """The values of personal fields as words, in lower case."""
        values = {each for each in _values_below(self._request, self._fields) if len(each) >= _SHORTEST}
        return frozenset(words for each in values if (words := tuple(_WORD.findall(each.lower()))))

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How many words the phrases have that begin with a word, the longest first."""
        lengths: dict[str, set[int]] = {}
        for phrase in self._phrases:
            lengths.setdefault(phrase[0], set()).add(len(phrase))
        return {first: sorted(some, reverse=True) for first, some in lengths.items()}

    def _said(self, words: list[re.Match[str]], at: int) -> int:
        """Return how many words from here on are one of the phrases; 0 when none is."""
        for length in self._lengths.get(words[at][0].lower(), ()):
            if tuple(each[0].lower() for each in words[at : at + length]) in self._phrases:
                return length
        return 0


def _masked_features(features: Features) -> Features:
    lidb, dlda = features.lidb, features.dlda
    if lidb and lidb.subscriber_information:
        lidb = replace(lidb, subscriber_information=xml.MASK)
    if dlda:
        dlda = replace(dlda, listing_name=_all_masked(dlda.listing_name), address=_all_masked(dlda.address))
    return replace(features, lidb=lidb, dlda=dlda)


def _all_masked(part: _T) -> _T:
    """Mask every text of a frozen value, and whatever is None stays so."""
    names = getattr(part, "__dataclass_fields__", {})
    masks: dict[str, Any] = {name: xml.MASK for name in names if getattr(part, name) is not None}
    return replace(part, **masks) if masks else part  # type: ignore[type-var]


def _hidden_below(value: Any, names: frozenset[str], *, hidden: bool = False) -> Any:
    """Return a JSON value in which the fields of these names, and all below them, are masked."""
    if isinstance(value, dict):
        return {key: _hidden_below(each, names, hidden=hidden or key in names) for key, each in value.items()}
    if isinstance(value, list):
        return [_hidden_below(each, names, hidden=hidden) for each in value]
    return xml.MASK if hidden and value is not None else value


def _values_below(value: Any, names: frozenset[str], *, hidden: bool = False) -> Iterator[str]:
    """Yield the texts of the fields of these names."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _values_below(each, names, hidden=hidden or key in names)
    elif isinstance(value, list):
        for each in value:
            yield from _values_below(each, names, hidden=hidden)
    elif hidden and isinstance(value, str):
        yield value
