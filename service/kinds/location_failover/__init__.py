"""location-failover: where the calls of a location (SIP peer) go when its usual routes fail.

OpenAPI of /accounts/{id}/sites/{siteId}/sippeers/{sipPeerId}: its PUT replaces the whole location.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final
from urllib.parse import quote

from service.answers import Meaning
from service.exchange import Talk
from service.kind import Kind
from service.kinds.location_failover import peer_xml
from service.kinds.location_failover.destination import EXPECTED, destination
from service.order import Order
from service.order_request.fields import CLEARED, Clearing, Identifier, Special
from service.order_request.model import OrderRequest
from service.setting import Setting

#: seconds between looks at a change; the published PUT shows it at once
_LOOKS: Final = (0.5, 2, 5, 10, 30, 60)
_BAD_ADDRESS: Final = (
    "Bandwidth does not recognize the location's own street address, and refuses every change of the location until "
    "that is corrected there."
)
_ADVICE: Final = {
    "12112": _BAD_ADDRESS,
    "13565": _BAD_ADDRESS,
    "13688": "This account has no FinalDestinationUri at its locations. Put the destination into the location's "
    "origination route plan instead, as a route of the last priority; or set it for its numbers, with tn-options and "
    "final_destination_uri.",
}


class LocationFailoverOrder(OrderRequest):
    """An order for the failover destination of one location."""

    site_id: Identifier
    sip_peer_id: Identifier
    final_destination_uri: Annotated[
        str,
        Special(destination, "13510", EXPECTED, (CLEARED,)),
        Clearing,
    ]

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yield nothing: a location is no number."""
        yield from ()

    def subjects(self) -> tuple[str, ...]:
        """Return what the order stands in line for: its location."""
        return (f"{self.site_id}/{self.sip_peer_id}",)


def _place(order: Order, request: LocationFailoverOrder) -> Talk[str | Meaning]:
    parts = (quote(part, safe="") for part in (order.account_id, request.site_id, request.sip_peer_id))
    return "/accounts/{}/sites/{}/sippeers/{}".format(*parts)
    yield  # a conversation, although it has nothing to ask


_AT_BANDWIDTH: Final = Setting(
    place=_place,
    is_about=peer_xml.is_about,
    element=peer_xml.ELEMENT,
    merge=peer_xml.merge,
    shows=peer_xml.shows,
    lost=peer_xml.lost,
    looks=len(_LOOKS),
    advice=_ADVICE,
)

KIND: Final = Kind(
    name="location-failover",
    model=LocationFailoverOrder,
    family="location",
    subjects=LocationFailoverOrder.subjects,
    submit=_AT_BANDWIDTH.submit,
    find=_AT_BANDWIDTH.find,
    check=_AT_BANDWIDTH.check,
    looks=_LOOKS,
    subscription_names=(),
    # of the location itself, which is read and written back whole
    personal_elements=frozenset({"Address", "SuggestedAddresses"}),
    safe_to_resend=True,
    example={"site_id": "2", "sip_peer_id": "500014", "final_destination_uri": "sip:failover@203.0.113.9:5060"},
)
