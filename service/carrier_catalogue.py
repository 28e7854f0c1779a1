"""What Bandwidth's error codes mean in plain words, and what to do about them.

From the catalogue in Bandwidth's api-docs (`numbers/errors`) and its guides: those codes that orders of our kinds may
meet. A code that is not here speaks for itself, in Bandwidth's own words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_AGAIN: Final = "Nothing is wrong with the order: make a new one for what failed."
_BEHIND: Final = "Wait until the other order has ended; then make a new one for what failed."
_CORRECT: Final = "Correct it, and submit a new order for these numbers."
_NUMBER: Final = "Check that the number is right and still in service on this account; leave it out otherwise."
_SWITCH_ON: Final = "Ask Bandwidth to switch it on for the account or the location; then submit a new order."
_CONFLICTING: Final = "Keep one of the two, and submit a new order for these numbers."
_SUPPORT: Final = "Ask Bandwidth's support, with the order's id there."


@dataclass(frozen=True, slots=True)
class Explained:
    """What a code means, and what to do."""

    means: str
    do: str


_CATALOGUE: Final[dict[str, tuple[str, str]]] = {
    "1000": ("Bandwidth's system failed while it worked on this.", _AGAIN),
    "1001": (
        "Bandwidth does not let these credentials do this.",
        "Have Bandwidth give the API user the role for this kind of order; then submit it again.",
    ),
    "1003": ("Something that Bandwidth needs is missing.", _CORRECT),
    "1008": ("A value is none of those that Bandwidth takes there.", _CORRECT),
    "1010": ("Bandwidth's system failed while it worked on this.", _AGAIN),
    "1011": ("A text is too long.", _CORRECT),
    "1019": ("Bandwidth could not read the request.", _SUPPORT),
    "5014": ("Bandwidth's supplier of directory listings did not answer in time.", _AGAIN),
    "5015": ("Bandwidth's supplier of calling names did not answer in time.", _AGAIN),
    "5052": ("The reference has characters that Bandwidth does not take, or more than 40.", _CORRECT),
    "5070": ("Bandwidth does not take this for a telephone number.", _CORRECT),
    "5071": ("Bandwidth does not know this number.", _NUMBER),
    "5072": ("The number stands in the order twice.", "Name it once, and submit a new order."),
    "5073": ("The order names no number.", _CORRECT),
    "5074": ("The number is not in service: it was disconnected, or is being ported.", _NUMBER),
    "5076": ("The number is not on this account.", _NUMBER),
    "5077": ("None of the numbers can be used.", _NUMBER),
    "5078": ("The account lacks this feature.", _SWITCH_ON),
    "5079": ("`calling_name_display` is none of the words that it takes.", _CORRECT),
    "5080": ("`call_forward` is no telephone number of ten digits.", _CORRECT),
    "5081": ("`number_format` is none of the formats that it takes.", _CORRECT),
    "5082": ("`rewrite_user` is not taken.", _CORRECT),
    "5086": ("Bandwidth did not get it done in time.", _AGAIN),
    "5088": ("The number would be forwarded to itself.", _CORRECT),
    "5089": ("`rpid_format` is none of the formats that it takes.", _CORRECT),
    "5090": ("This is a toll-free number, and the option is not for those.", "Leave the number out."),
    "5091": (
        "The calling name is switched at the location, not at the number.",
        "Leave `calling_name_display` out, or change the location.",
    ),
    "5093": ("A number stands in the order twice.", "Name it once, and submit a new order."),
    "5095": ("The order has too many numbers.", "Split it."),
    "5097": ("The account takes no protected numbers.", _SWITCH_ON),
    "5107": ("`protected` is none of the words that it takes.", _CORRECT),
    "5113": ("`sms` is none of the words that it takes.", _CORRECT),
    "5114": ("Messaging is not switched on for the account, or not set up to its end.", _SWITCH_ON),
    "5115": ("No option was given for these numbers.", _CORRECT),
    "5122": ("`final_destination_uri` is not name@ip-address:port.", _CORRECT),
    "5132": ("Application messaging needs `sms` to be on.", "Turn `sms` on in the same group, and submit a new order."),
    "5133": ("The location does not take application messaging for long codes.", _SWITCH_ON),
    "5134": ("This action takes neither a message class nor a campaign.", _CORRECT),
    "5136": ("The location has no application messaging to fall back to.", _SWITCH_ON),
    "5138": ("The action of `a2p_settings` is none of those that it takes.", _CORRECT),
    "5139": ("The account has no application messaging.", _SWITCH_ON),
    "5140": ("Bandwidth does not know this `nnid`.", _CORRECT),
    "5141": ("Bandwidth does not know this `espid`.", _CORRECT),
    "5142": ("`nnid` and `espid` do not belong together.", _CORRECT),
    "5144": ("The account may not change `nnid` or `espid`.", _SWITCH_ON),
    "5145": (
        "Messaging is off at the number's location.",
        "Switch messaging on at the location; then submit it again.",
    ),
    "5146": ("The number's `nnid` is being changed by something else just now.", _BEHIND),
    "5148": ("The change of `nnid` did not come through in time.", _AGAIN),
    "5193": ("The port-out passcode does not have 4 to 10 letters and digits.", _CORRECT),
    "5194": ("The account has no port-out passcodes.", _SWITCH_ON),
    "5195": ("The number has this port-out passcode already.", "Nothing to do, or give another one."),
    "5196": ("Only numbers on Bandwidth's own network take a port-out passcode.", "Leave the number out."),
    "5197": ("Another account has the voice service of this number.", "Leave the number out."),
    "5200": ("The account has no origination route plans.", _SWITCH_ON),
    "5202": ("`nnid` needs `sms` to be on.", "Turn `sms` on in the same group, and submit a new order."),
    "5203": ("The number forwards its calls, and so takes no route plan.", _CONFLICTING),
    "5204": ("The number rewrites its user, and so takes no route plan.", _CONFLICTING),
    "5205": ("The number has a route plan, and so cannot forward its calls.", _CONFLICTING),
    "5206": ("The number has a route plan, and so takes no rewritten user.", _CONFLICTING),
    "5209": ("Bandwidth could not set up the route plan.", _SUPPORT),
    "5225": ("The location sends as an application, so a number there cannot switch it off.", "Change the location."),
    "9007": ("Bandwidth's messaging platform did not answer in time.", _AGAIN),
    "9009": ("Bandwidth's messaging platform failed.", _AGAIN),
    "11005": ("The calling name has more than 15 characters.", _CORRECT),
    "11006": ("`use_type` is missing.", _CORRECT),
    "11007": ("`visibility` is missing, or neither PUBLIC nor PRIVATE.", _CORRECT),
    "11014": ("The number is not on this account.", _NUMBER),
    "11020": ("The number's calling name is being changed by another order.", _BEHIND),
    "11024": ("The calling name begins with a blank.", _CORRECT),
    "11025": ("Bandwidth does not know this number.", _NUMBER),
    "12512": ("Bandwidth does not know this number.", _NUMBER),
    "13518": ("The calling name is switched at the location, not at the number.", "Change the location."),
    "16100": ("Directory listings are not for toll-free numbers.", "Leave the number out."),
    "16101": ("The number is not on this account.", _NUMBER),
    "16103": ("The number's listing is being changed by another order.", _BEHIND),
    "16104": ("None of the numbers was left to work on.", _NUMBER),
    "16107": ("The number's last listing is not in the directories yet.", "Wait a day; then make a new order for it."),
    "16108": ("The number's status changed meanwhile: it was disconnected or ported.", _NUMBER),
    "16109": ("`subscriber_type` is missing, or neither BUSINESS nor RESIDENTIAL.", _CORRECT),
    "16110": ("`listing_type` is missing, or none of those that it takes.", _CORRECT),
    "16111": ("Bandwidth does not know this number.", _NUMBER),
    "16114": ("The state of the address is none.", _CORRECT),
}


def explained(code: str | None) -> Explained | None:
    """Return what a code means; None for one that is not in the catalogue."""
    found = _CATALOGUE.get(code or "")
    return Explained(*found) if found else None
