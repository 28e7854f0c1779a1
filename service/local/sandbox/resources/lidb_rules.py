"""The rules of a LidbOrder (error codes 11005 to 11025 of Bandwidth's catalogue)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.resources.at_once import Wording
from service.local.sandbox.resources.envelope import check_numbers, check_root, check_unique, groups_of
from service.local.sandbox.xml import Element, text_of

if TYPE_CHECKING:
    from service.local.sandbox.options import Options

#: A number that cannot have a name, whoever asks.
TOLL_FREE = Wording(
    11015,
    "The CNAM/LIDB API does not support adding toll free numbers. Please send an email to support with the telephone"
    " number, subscriber information, use type, and visibility desired to add CNAM/LIDB to a toll free number.",
)
#: A number in another open order, in the words of the OpenAPI sample; the catalogue has others.
BUSY = Wording(11020, "Cannot add LIDB to a telephone number that already has LIDB or is in process")

_LONGEST_INFORMATION = 15


def check_lidb(root: Element, options: Options) -> None:
    """Refuse an order that breaks a rule, in the order of its parts."""
    check_root(root, "LidbOrder")
    groups = groups_of(root, "LidbTnGroup")
    if not groups:
        raise RefusedError(1003, "LidbTnGroups is required")
    check_numbers(groups)
    check_unique(groups, options.max_numbers)
    for group in groups:
        _check_information(group)
        _check_use_type(group)
        _check_visibility(group)


def _check_information(group: Element) -> None:
    """Look at the text as it is written: a leading space counts."""
    information = group.findtext("SubscriberInformation") or ""
    if not information:
        raise RefusedError(1003, "SubscriberInformation is required")
    if information.startswith(" "):
        raise RefusedError(11024, "Subscriber information cannot start with a space")
    if len(information) > _LONGEST_INFORMATION:
        raise RefusedError(11005, "Subscriber Information cannot be longer than 15 characters")


def _check_use_type(group: Element) -> None:
    if text_of(group, "UseType") not in {"BUSINESS", "RESIDENTIAL"}:
        raise RefusedError(11006, "UseType is required. Valid values are: BUSINESS, RESIDENTIAL")


def _check_visibility(group: Element) -> None:
    """Tell a missing one in the words of the OpenAPI sample, a wrong one in those of the catalogue."""
    visibility = text_of(group, "Visibility")
    if not visibility:
        raise RefusedError(11007, "No visibility supplied. Visibility must be one of the following - PUBLIC, PRIVATE")
    if visibility not in {"PUBLIC", "PRIVATE"}:
        raise RefusedError(11007, "Visibility is required. Valid values are: PUBLIC, PRIVATE")
