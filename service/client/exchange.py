"""What a call asks of the world, as values: requests, pauses, streams; and a call as a conversation that yields them.

A call is written once, as a generator. One driver performs its steps with a blocking client, another one with an
asynchronous one; nothing here knows a socket.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from service.client.errors import ConnectionFailed, UnexpectedAnswer

T = TypeVar("T")

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

#: seconds in which a piece of an answer must come
SILENCE: Final = 20.0
#: characters of a foreign answer that an error shows
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Request:
    """One request below the tracker's address. It holds no token: the driver adds that."""

    method: Method
    #: path, and query where it is a link of the tracker's own
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    #: seconds in which a piece of the answer must come; more than usual where the tracker may hold it
    silence: float = SILENCE
    #: sent again, it does nothing twice
    repeatable: bool = True


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read to its end; an opened stream is answered so too, its body still to come."""

    status: int
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)

    @property
    def is_good(self) -> bool:
        """Tell whether it is what was asked for, or has not changed."""
        return self.status < 300 or self.status == 304  # noqa: PLR2004

    def json(self) -> Any:
        """Return the parsed body; raises UnexpectedAnswer."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unexpected("is not JSON") from None

    def unexpected(self, what: str) -> UnexpectedAnswer:
        """Return the error for an answer that is none of the tracker's."""
        shown = self.body[:_SHOWN].decode("utf-8", "replace")
        return UnexpectedAnswer(f"What was answered (HTTP {self.status}) {what}: {shown!r}. Is this the tracker?")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds; answered by None."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Open:
    """Open a stream in place of the one before; answered by a Response."""

    request: Request


@dataclass(frozen=True, slots=True)
class Read:
    """Read on in the open stream; answered by bytes, none at its end."""


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """Hand a value to whoever iterates; answered by None."""

    value: T


Step: TypeAlias = Request | Pause | Open | Read
#: a call that ends with a value; ConnectionFailed is thrown into it where a step fails
Talk: TypeAlias = Generator[Step, Any, T]
#: a call that hands out values as it goes
Flow: TypeAlias = Generator[Step | Item[T], Any, None]

Y = TypeVar("Y")


def resumed(talk: Generator[Y, Any, Any], outcome: Any) -> Y:
    """Go on with what the last step came to, and return the next step; raises StopIteration at the end."""
    return talk.throw(outcome) if isinstance(outcome, ConnectionFailed) else talk.send(outcome)
