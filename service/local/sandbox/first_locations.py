"""The locations (SIP peers) that every account has from the start, and what is special about them."""

from __future__ import annotations

from service.local.sandbox.xml import Element, parse

#: The site of both locations, and the location at which the telephone numbers are.
SITE_ID = "2"
SITE_NAME = "Headquarters"
NUMBERS_PEER_ID = "500014"
#: A location whose account setting refuses FinalDestinationUri (error 13688).
PLAIN_PEER_ID = "500015"

#: Every setting of the OpenAPI's SipPeer, and RegionPreference, which is in no document: a caller that writes back
#: only what it knows loses it.
_FULL = b"""
<SipPeer>
  <PeerName>Main trunk</PeerName>
  <Description>Trunk of the headquarters</Description>
  <IsDefaultPeer>true</IsDefaultPeer>
  <FinalDestinationUri>sip:failover@203.0.113.7:5060</FinalDestinationUri>
  <BillingIdentifier>Customer-Name-00010/01</BillingIdentifier>
  <VoiceHosts>
    <Host><HostName>198.51.100.11</HostName></Host>
    <Host><HostName>198.51.100.12</HostName></Host>
  </VoiceHosts>
  <VoiceHostGroups/>
  <TerminationHosts>
    <TerminationHost>
      <HostName>198.51.100.21</HostName><Port>0</Port><CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed>
    </TerminationHost>
    <TerminationHost>
      <HostName>198.51.100.96/30</HostName><Port>0</Port><CustomerTrafficAllowed>DOMESTIC</CustomerTrafficAllowed>
    </TerminationHost>
  </TerminationHosts>
  <OriginationRoutePlan>
    <Id>2f3c8a1e-5b7d-4c0f-9e64-7a1d20b8c935</Id>
    <Route>
      <Endpoint>6105552502</Endpoint><Priority>1</Priority><Weight>100</Weight><EndpointType>TN</EndpointType>
    </Route>
    <Route>
      <Endpoint>sip:desk@voice.example.com</Endpoint><Priority>2</Priority><Weight>100</Weight>
      <EndpointType>SIP</EndpointType>
    </Route>
  </OriginationRoutePlan>
  <Address>
    <HouseNumber>1600</HouseNumber><HouseSuffix/><PreDirectional/><StreetName>PENNSYLVANIA AVE NW</StreetName>
    <StreetSuffix/><PostDirectional/><AddressLine2/><City>Washington</City><StateCode>DC</StateCode><Zip>20500</Zip>
    <PlusFour/><County/><Country>United States</Country><AddressType>Service</AddressType>
  </Address>
  <CallingName><Display>true</Display><Enforced>true</Enforced></CallingName>
  <Products><Product>Origination</Product><Product>Termination</Product></Products>
  <PremiseTrunks>12</PremiseTrunks>
  <SsSendToCustomer>VERSTAT</SsSendToCustomer>
  <PindropEnabled>true</PindropEnabled>
  <CallVerificationEnabled>false</CallVerificationEnabled>
  <RegionPreference>us-east</RegionPreference>
</SipPeer>
"""
_MINIMAL = b"""
<SipPeer>
  <PeerName>Branch trunk</PeerName>
  <IsDefaultPeer>false</IsDefaultPeer>
  <VoiceHosts/>
  <VoiceHostGroups/>
  <TerminationHosts/>
  <OriginationRoutePlan/>
  <CallingName><Display>false</Display><Enforced>false</Enforced></CallingName>
</SipPeer>
"""
_DOCUMENTS = {(SITE_ID, NUMBERS_PEER_ID): _FULL, (SITE_ID, PLAIN_PEER_ID): _MINIMAL}


def peers_of(site_id: str) -> list[str]:
    """Return the ids of a site's locations; there is one site."""
    return [peer_id for site, peer_id in _DOCUMENTS if site == site_id]


def first_settings(site_id: str, peer_id: str) -> Element | None:
    """Return a location's settings as they are before anybody changes them; None if there is no such location."""
    document = _DOCUMENTS.get((site_id, peer_id))
    return None if document is None else parse(document)
