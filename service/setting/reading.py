"""Reading a setting as Bandwidth shows it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from service.answers import Meaning, Taken, meaning
from service.asking import Useless, ask
from service.exchange import Answer, Exchange, Talk
from service.order import Order, Remark
from service.report import Document
from service.setting.dialect import NotOurs, SettingDialect
from service.xml import Element


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting, where it is, and the document it was shown in."""

    path: str
    element: Element
    document: Document


#: looks in a row that showed nothing, before a person hears of an answer that says that there is nothing
PATIENCE: Final = 10
#: why a setting is not shown
Unseen: TypeAlias = Meaning | Useless | NotOurs


def read(dialect: SettingDialect, order: Order, request: Any) -> Talk[Shown | Unseen]:
    """GET the setting; return what the answer means when it does not show it."""
    path = yield from dialect.place(order, request)
    if not isinstance(path, str):
        return path
    return (yield from read_at(dialect, path, request))


def read_at(dialect: SettingDialect, path: str, request: Any) -> Talk[Shown | Meaning]:
    """GET the setting at a path that is known; a picture of another one is of no use."""
    reply = yield from ask(Exchange("GET", path))
    what = meaning(reply)
    if not isinstance(what, Taken) or not isinstance(reply, Answer):
        return what
    element = dialect.setting_in(what.root)
    if element is None or not dialect.is_about(element, request):
        return what
    return Shown(path, element, dialect.received("GET", path, reply.body, reply.status))


def about(order: Order, remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Say of which number a remark is: an order for a setting names one, or none."""
    numbers = order.telephone_numbers
    return tuple(replace(each, telephone_numbers=numbers, count=len(numbers)) for each in remarks)
