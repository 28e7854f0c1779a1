"""What differs between settings at Bandwidth: where one is, how a change is merged into it, and when it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service import xml
from service.answers import Meaning
from service.asking import Useless
from service.exchange import Talk
from service.order import Order
from service.report import Document
from service.xml import Element


@dataclass(frozen=True, slots=True)
class NotOurs:
    """What the order changes is not the account's: Bandwidth was asked, and it is not its refusal."""

    why: str


@dataclass(frozen=True, slots=True)
class SettingDialect:
    """One setting that is read whole and written whole: GET, merge, PUT, GET again."""

    #: finds its path below the base URL, or says why there is none
    place: Callable[[Order, Any], Talk[str | Meaning | Useless | NotOurs]]
    #: tells whether a picture is of the setting that was asked for
    is_about: Callable[[Element, Any], bool]
    #: the element that is the setting, bare or wrapped: `SipPeer`
    element: str
    #: writes the body of the PUT from what the GET showed
    merge: Callable[[Element, Any], Element]
    #: tells whether a GET shows what was asked for
    shows: Callable[[Element, Any], bool]
    #: names what else is not as the PUT wrote it, where a PUT may lose things: what was sent, what shows
    lost: Callable[[Element, Element], tuple[str, ...]] | None = None
    #: how many looks a change may take to show
    looks: int = 1
    #: statuses by which Bandwidth says that another change is under way, and what to do when it goes on saying so
    busy: frozenset[int] = frozenset()
    busy_advice: str = ""
    #: what codes mean here and what to do, where Bandwidth's own text does not say
    advice: Mapping[str, str] = field(default_factory=dict)

    def setting_in(self, root: Element | None) -> Element | None:
        """Return the setting in an answer, bare or wrapped; None when there is none."""
        return None if root is None else xml.descend(root, self.element)

    def sent(self, path: str, body: bytes) -> Document:
        """Keep what was sent."""
        return Document("sent", f"PUT {_told(path)}", xml.masked(body, ()))

    def received(self, what: str, path: str, body: bytes, status: int) -> Document:
        """Keep what was received."""
        return Document("received", f"{what} {_told(path)}", xml.masked(body, ()), status)


def _told(path: str) -> str:
    """Name a path by its last two parts: `sippeers/500014`."""
    return "/".join(path.rsplit("/", 2)[1:])
