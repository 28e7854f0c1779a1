"""What is refused of a subscription, in the codes of Bandwidth's catalogue: what is not valid there is a 404."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from service.front.answers import response_status, xml_answer

if TYPE_CHECKING:
    from starlette.responses import Response

#: around every answer about subscriptions
ROOT: Final = "SubscriptionsResponse"


class WrongSubscription(Exception):
    """A subscription that is not kept, and why."""

    def __init__(self, code: int, description: str, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status

    def answer(self) -> Response:
        """Return the refusal."""
        return xml_answer(response_status(ROOT, self.description, str(self.code)), self.status)


def invalid() -> WrongSubscription:
    """Refuse what is no subscription that we could keep."""
    return WrongSubscription(14501, "Subscription object is invalid")


def duplicate() -> WrongSubscription:
    """Refuse what would tell the same to the same URL a second time."""
    return WrongSubscription(16008, "Duplicate subscription already exists", HTTPStatus.CONFLICT)
