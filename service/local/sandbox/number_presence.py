"""Whether a telephone number is where a path says, and the refusals of one that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.first_locations import NUMBERS_PEER_ID, SITE_ID
from service.local.sandbox.magic import Behaviour
from service.local.sandbox.number_book import NumberBook, behaviour_of
from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.envelope import is_number

if TYPE_CHECKING:
    from service.local.sandbox.locations import Place


def has_numbers(place: Place) -> bool:
    """Whether a location is the one at which the numbers are."""
    return (place.site_id, place.peer_id) == (SITE_ID, NUMBERS_PEER_ID)


def not_there(number: str, place: Place) -> RefusedError:
    """Say that a number is not at a location."""
    account_id, site_id, peer_id = place
    text = f"Telephone number {number} does not exist on Account {account_id}, Site {site_id}, and Sip Peer {peer_id}"
    return RefusedError(13536, text)


def check_presence(numbers: NumberBook, number: str, place: Place) -> None:
    """Refuse what is no number (13512), one that does not exist (13517), and one that is elsewhere (13536)."""
    if not is_number(number):
        raise RefusedError(13512, f"'{number}' is not a valid 10-digit telephone number")
    if behaviour_of(number) == Behaviour.UNKNOWN_NUMBER:
        raise RefusedError(13517, f"Telephone number '{number}' does not exist")
    if not has_numbers(place) or not numbers.is_at(place.account_id, number):
        raise not_there(number, place)
