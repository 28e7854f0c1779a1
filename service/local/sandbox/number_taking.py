"""Taking a PUT of a telephone number's options, which shows a while later or meets a conflict."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from service.local.sandbox.answers import empty, xml_answer
from service.local.sandbox.magic import Behaviour
from service.local.sandbox.number_book import behaviour_of
from service.local.sandbox.number_document import warned
from service.local.sandbox.number_puts import NumberPut
from service.local.sandbox.number_state import sms_of
from service.local.sandbox.response_status import response_status
from service.local.sandbox.xml import Element, element, write

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from service.local.sandbox.locations import Place
    from service.local.sandbox.state import State

#: Root of the answers about one number.
ROOT = "SipPeerTelephoneNumberResponse"

#: Part of the pace after which a PUT shows.
_SHOWS_AT = 0.25
_CONFLICTS_FIRST = 2
#: From the OpenAPI's description of the 409, whose body it does not publish.
_CONFLICT = (
    "Due to the asynchronous nature of TN settings, a potential conflict has been identified. For updating a TN's"
    " properties without changing the messaging settings, consider using the POST accounts/{accountId}/tnOptions"
    " endpoint"
)


class NumberTaking:
    """Takes PUTs that break no rule."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._numbers = state.inventory.numbers
        self._conflicts: Counter[tuple[str, str]] = Counter()

    def take(self, place: Place, number: str, root: Element, now: datetime) -> Response:
        """Answer 409, or 200 without a body, or 200 with the warning that SMS was on already."""
        if self._conflicts_now(place.account_id, number, now):
            return xml_answer(response_status(ROOT, _CONFLICT), 409)
        sms_was_on = self._numbers.state(place.account_id, number, now).options.get("SmsEnabled") == "true"
        self._numbers.puts.add(
            NumberPut(
                account_id=place.account_id,
                telephone_number=number,
                body=write(root),
                taken_at=now,
                due_at=now + timedelta(seconds=_SHOWS_AT * self._state.options.pace),
                shows=behaviour_of(number) != Behaviour.NEVER_SHOWS,
            )
        )
        if sms_was_on and sms_of(root) == "true":
            return xml_answer(element(ROOT, warned(number)))
        return empty(200)

    def _conflicts_now(self, account_id: str, number: str, now: datetime) -> bool:
        behaviour = behaviour_of(number)
        if behaviour == Behaviour.CONFLICTS_TWICE:
            self._conflicts[account_id, number] += 1
            if self._conflicts[account_id, number] <= _CONFLICTS_FIRST:
                return True
        return behaviour == Behaviour.CONFLICTS or self._numbers.is_busy(account_id, number, now)
