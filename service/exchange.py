"""A conversation with Bandwidth as a value: exchanges that a kind asks for, and what came back.

A kind writes a generator that yields exchanges and returns a report, as httpx's auth flows do. It knows no
socket; `service.bandwidth.connection` drives it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from service.order import Order
from service.report import Report

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to Bandwidth below its base URL; `changes` tells that repeating it may do something twice."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    #: a name with several values stands there once for each
    query: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    body: bytes | None = None
    changes: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Bandwidth's answer, read to its end."""

    status: int
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes
    #: when it was read, in seconds since 1970 by this machine's clock
    at: float


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request left this machine: Bandwidth cannot know of it."""

    why: str
    #: we held it back ourselves, so it says nothing about Bandwidth
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class NoToken:
    """Bandwidth's token endpoint refused our credentials; the request itself was not sent."""

    why: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Something left this machine and no whole answer came: Bandwidth may or may not have acted."""

    why: str


Reply: TypeAlias = Answer | NotSent | NoToken | Broken


@dataclass(frozen=True, slots=True)
class Holders:
    """A question to our own book: which of these Bandwidth order ids do other records hold already."""

    bandwidth_order_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """A question to our own book: the order of this id, as it is now."""

    order_id: str


Question: TypeAlias = Exchange | Holders | Recall
Given: TypeAlias = Reply | frozenset[str] | Order | None
#: a conversation, or a part of one, that ends with a value of its own: yields exchanges (answered by a Reply) and
#: questions to the book (answered by a frozenset of ids, by an order or None)
Talk: TypeAlias = Generator[Question, Given, _T]
#: what a kind leads about one of its orders
Conversation: TypeAlias = Talk[Report]
