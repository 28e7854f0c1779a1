"""Orders that name people and hold a passcode, and the words by which those are known wherever they show."""

from __future__ import annotations

from service.kinds import shelf

PASSCODE = "zq7x9k2m"
NAME = {
    each: f"Q{number}name"
    for number, each in enumerate(shelf()["dlda"].model.model_json_schema()["$defs"]["ListingName"]["properties"])
}
ADDRESS = {
    "house_prefix": "Qprefix",
    "house_number": "77Q41",
    "house_suffix": "Qsuffix",
    "pre_directional": "NE",
    "street_name": "Qstreet of Elms",
    "street_suffix": "Qave",
    "post_directional": "SW",
    "address_line2": "Qsuite 320",
    "city": "Qhoboken",
    "state_code": "NJ",
    "zip": "QX987",
    "plus_four": "0012",
    "county": "Qhudson",
    "address_type": "SERVICE",
}
BODIES = {
    "tn-options": {"groups": [{"telephone_numbers": ["2018551091"], "sms": "on", "port_out_passcode": PASSCODE}]},
    "lidb": {
        "groups": [
            {
                "telephone_numbers": ["2018551092", "2015550101"],
                "subscriber_information": "Qjoes Garage",
                "use_type": "BUSINESS",
                "visibility": "PUBLIC",
            }
        ]
    },
    "dlda": {
        "groups": [
            {
                "telephone_numbers": ["2018551093"],
                "subscriber_type": "RESIDENTIAL",
                "listing_type": "LISTED",
                "list_address": True,
                "listing_name": NAME,
                "address": ADDRESS,
            }
        ]
    },
    "number-options": {"telephone_number": "2018551094", "call_forward": "6042661720"},
    "location-failover": {"site_id": "2", "sip_peer_id": "500014", "final_destination_uri": "sip:a@203.0.113.9:5060"},
}
#: short words, and words that are not of the caller alone, stand in other texts too
WORDS = {
    "lidb": ["Qjoes Garage"],
    "dlda": [*NAME.values(), *(each for each in ADDRESS.values() if "Q" in each)],
    "location-failover": ["PENNSYLVANIA", "20500"],
}
NUMBERS = ["2018551091", "2018551092", "2018551093", "2018551094", "2015550101"]
