"""A listing: the name and the address under which telephone numbers are found (guide "DLDA Fields", DldaTnGroup)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from service.kinds.dlda.states import USPS_STATES
from service.order_request.fields import Line, OneOf, Text, TrueFalse, text_between
from service.order_request.rules import Ruled, Wrong
from service.order_request.shape import needing, wrong

#: Bandwidth publishes no lengths; no part of a name or an address needs more
_LONGEST: Final = 100
_DIRECTIONS: Final = ("N", "S", "E", "W", "NE", "NW", "SE", "SW")
_REQUIRED: Final = "1003"
#: spellings of the guide and of older documents
_OTHER_SPELLINGS: Final = {
    "nonlisted": "NON_LISTED",
    "nonpublished": "NON_PUBLISHED",
    "residence": "RESIDENTIAL",
}

_Part = Annotated[Line, text_between(1, _LONGEST)]
_Direction = Annotated[str | None, OneOf(None, _DIRECTIONS)]


def _usual(value: Any) -> Any:
    return _OTHER_SPELLINGS.get(value.lower(), value) if isinstance(value, str) else value


def _zip(text: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}", text, re.ASCII):
        return text
    raise wrong(None, "Give a zip code as a string, such as `07030`.")


def _plus_four(text: str) -> str:
    if re.fullmatch("[0-9]{4}", text, re.ASCII):
        return text
    raise wrong(None, "Give four digits as a string.")


SubscriberType = Annotated[
    str | None, OneOf("16109", ("RESIDENTIAL", "BUSINESS")), BeforeValidator(_usual, json_schema_input_type=str)
]
#: LISTED: in directory and assistance; NON_LISTED: in assistance only; NON_PUBLISHED: in neither
ListingType = Annotated[
    str | None,
    OneOf("16110", ("LISTED", "NON_LISTED", "NON_PUBLISHED")),
    BeforeValidator(_usual, json_schema_input_type=str),
]
ListAddress = TrueFalse


class ListingName(Ruled):
    """Who is listed. A business goes whole into the last name; `place_listing_as` tells how it is sorted."""

    model_config = ConfigDict(json_schema_extra=needing("last_name"))

    first_name: _Part | None = None
    #: first name of a second person, listed behind the first with an ampersand
    first_name2: _Part | None = None
    last_name: _Part | None = None
    designation: _Part | None = None
    title_of_lineage: _Part | None = None
    title_of_address: _Part | None = None
    title_of_address2: _Part | None = None
    title_of_lineage_name2: _Part | None = None
    title_of_address_name2: _Part | None = None
    title_of_address2_name2: _Part | None = None
    place_listing_as: _Part | None = None

    def rules(self) -> Iterator[Wrong]:
        """Yield what is missing."""
        if self.last_name is None:
            yield Wrong(("last_name",), _REQUIRED, "Give the last name, or the whole name of a business.")


class Address(Ruled):
    """Where the listed one is."""

    model_config = ConfigDict(json_schema_extra=needing("city", "state_code", "zip"))

    house_prefix: _Part | None = None
    house_number: _Part | None = None
    house_suffix: _Part | None = None
    pre_directional: _Direction = None
    street_name: _Part | None = None
    street_suffix: _Part | None = None
    post_directional: _Direction = None
    address_line2: _Part | None = None
    city: _Part | None = None
    state_code: Annotated[str | None, OneOf("16114", USPS_STATES)] = None
    zip: Annotated[Text, AfterValidator(_zip)] | None = None
    plus_four: Annotated[str, AfterValidator(_plus_four)] | None = None
    county: _Part | None = None
    address_type: Annotated[str | None, OneOf(None, ("DLDA", "SERVICE", "BILLING", "E911"))] = "DLDA"

    def rules(self) -> Iterator[Wrong]:
        """Yield what is missing."""
        if self.city is None:
            yield Wrong(("city",), _REQUIRED, "Give the city.")
        if self.state_code is None:
            yield Wrong(("state_code",), "16114", "Give the state, such as NJ.")
        if self.zip is None:
            yield Wrong(("zip",), _REQUIRED, "Give the zip code.")


#: whose listing it is, and where that is
PERSONAL_FIELDS: Final = frozenset({*ListingName.model_fields, *Address.model_fields} - {"address_type"})
