"""Answers about a telephone number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from service import xml
from service.api.number_json import NumberJson, details_json
from service.api.openapi.examples.specimens import ACCOUNT, AT, ORDER_ID, TAKEN
from service.bandwidth import number_document
from service.lifecycle import State
from service.numbers import Number
from service.store.naming import LastOutcome, Named

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER: Final = "2018551030"
#: as Bandwidth tells it
_DETAILS: Final = f"""
<TelephoneNumberResponse><TelephoneNumberDetails>
<FullNumber>{_NUMBER}</FullNumber><City>JERSEY CITY</City><State>NJ</State><Lata>224</Lata>
<Status>Inservice</Status><AccountId>{ACCOUNT}</AccountId><Tier>0.0</Tier>
<InServiceDate>2025-03-10T14:05:12.000Z</InServiceDate><LastModified>2026-02-14T02:41:30.000Z</LastModified>
<Site><Id>2</Id><Name>Main</Name></Site>
<SipPeer><PeerId>500014</PeerId><PeerName>East</PeerName><IsDefaultPeer>true</IsDefaultPeer></SipPeer>
<Features><Lidb><Status>Success</Status><SubscriberInformation>Joes Garage</SubscriberInformation>
<UseType>BUSINESS</UseType><Visibility>PUBLIC</Visibility></Lidb></Features>
<TnOptions><CallingNameDisplay>true</CallingNameDisplay></TnOptions>
</TelephoneNumberDetails></TelephoneNumberResponse>
"""


def examples() -> Mapping[Any, Any]:
    """Return an example of each shape."""
    last = LastOutcome(ORDER_ID, "lidb", State.PARTIAL, TAKEN, AT + 90_000)
    ours = Named(open_orders=(), last_outcomes=(last,), more=False, pause=None)
    details = number_document.read(xml.parse(_DETAILS.strip().encode()))
    return {NumberJson: details_json(Number(ACCOUNT, _NUMBER, ours, details))}
