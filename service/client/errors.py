"""What can go wrong in a call: one tree.

TrackerError
├── Misconfigured       an address, a token or an account that cannot be used
├── TrackerClosed       a call after `close`
├── ConnectionFailed    no whole answer came
├── UnexpectedAnswer    somebody answered who is not the tracker, or is another version of it
├── WaitTimeout         it has not happened in time; the order or batch as it was last is inside
├── InvalidSignature    an event that is not signed by the tracker
└── ProblemError        the tracker said what is wrong: see `service.client.problems`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.client.models.batch import Batch
    from service.client.models.order import Order


class TrackerError(Exception):
    """Something went wrong between a program and the order tracker."""


class Misconfigured(TrackerError):
    """The client lacks something that it needs, or was given something that cannot be used."""


class TrackerClosed(TrackerError):
    """The tracker was closed before this call, or during it."""

    def __init__(self) -> None:
        super().__init__(
            "This tracker is closed, or the client that it was given as `http`: make another one, "
            "or make the call inside the `with` block that closes it."
        )


class ConnectionFailed(TrackerError):
    """The tracker did not answer, or not to the end."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        #: the request may have arrived; False: no byte of it has left
        self.sent = sent


class UnexpectedAnswer(TrackerError):
    """The answer cannot be read: another program answered, or a version that this client does not know."""


class WaitTimeout(TrackerError):
    """What was waited for has not happened in time."""

    def __init__(self, message: str, *, order: Order | None = None, batch: Batch | None = None) -> None:
        super().__init__(message)
        #: as it was last
        self.order = order
        self.batch = batch


class InvalidSignature(TrackerError):
    """This was not sent by the tracker, or too long ago."""
