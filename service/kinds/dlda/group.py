"""A group of telephone numbers with one listing: DldaTnGroup in Bandwidth's OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator

from service.kinds.dlda.listing import Address, ListAddress, ListingName, ListingType, SubscriberType
from service.order_request.groups import Group
from service.order_request.rules import Wrong

_REQUIRED = "1003"


class DldaTnGroup(Group):
    """Telephone numbers and their listing; numbers alone are only good for taking listings away."""

    subscriber_type: SubscriberType = None
    listing_type: ListingType = None
    listing_name: ListingName | None = None
    list_address: ListAddress = None
    address: Address | None = None

    @property
    def lists(self) -> bool:
        """Whether anything but numbers was given."""
        return any(value is not None for field, value in self if field != "telephone_numbers")

    def rules(self) -> Iterator[Wrong]:
        """Yield what is missing of a listing."""
        yield from super().rules()
        if self.lists:
            yield from self._incomplete()

    def _incomplete(self) -> Iterator[Wrong]:
        if self.subscriber_type is None:
            yield Wrong(("subscriber_type",), "16109", "Give BUSINESS or RESIDENTIAL.")
        if self.listing_type is None:
            yield Wrong(("listing_type",), "16110", "Give LISTED, NON_LISTED or NON_PUBLISHED.")
        if self.listing_name is None:
            yield Wrong(("listing_name",), _REQUIRED, "Give the name that is listed.")
        elif self.subscriber_type == "RESIDENTIAL" and self.listing_name.first_name is None:
            yield Wrong(("listing_name", "first_name"), _REQUIRED, "Give the first name of a person.")
        if self.list_address is None:
            yield Wrong(("list_address",), _REQUIRED, "Say whether the address is listed: true or false.")
        if self.address is None:
            yield Wrong(("address",), _REQUIRED, "Give the address: city, state_code and zip at least.")
        elif self.list_address == "true":
            yield from self._unplaced(self.address)

    def _unplaced(self, address: Address) -> Iterator[Wrong]:
        for field in ("house_number", "street_name"):
            if getattr(address, field) is None:
                yield Wrong(("address", field), _REQUIRED, "Give it: the address is listed.")
