"""What a person asks for who retries what failed of an order: numbers, secrets that must be given again, a key."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from service.errors import MalformedRequest
from service.order_request.reading import pointer
from service.order_request.retry import secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from service.dashboard.forms import Form
    from service.errors import FieldError
    from service.kind import Kind
    from service.order import Order

#: what the names of fields with secrets begin with in the form; their pointers follow
_SECRET: Final = "secret:"  # noqa: S105  (a name)
#: stands for a secret that is not given yet, while only what would be sent is shown: secrets are masked there
_NOT_YET: Final = "unchanged"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
#: numbers that a field's label names
_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that must be given again: its field in the form, its name in words, and what was wrong with it."""

    field: str
    label: str
    wrong: str = ""


def new_key() -> str:
    """Return what makes a form sent twice one order."""
    return secrets.token_urlsafe(24)


def key(form: Form) -> str:
    """Return the key of a form; raises MalformedRequest without one that a page gave out."""
    found = form.get("key", "")
    if not _KEY.fullmatch(found):
        raise MalformedRequest("This form has no key of ours: nothing was done. Open the page again.")
    return found


def body(form: Form) -> dict[str, Any]:
    """Return the body of the retry that a form asks for, as the API takes it."""
    given = {name.removeprefix(_SECRET): text for name, text in form.items() if name.startswith(_SECRET)}
    return {"secrets": given} if given else {}


def rehearsed_body(order: Order, kind: Kind, left: AbstractSet[str]) -> dict[str, Any]:
    """Return a body that shows what would be sent, before secrets are given."""
    return {"secrets": dict.fromkeys(secrets_of(order, kind.secret_fields, left), _NOT_YET)}


def needed(order: Order, kind: Kind, left: AbstractSet[str], wrong: Iterable[FieldError] = ()) -> list[Secret]:
    """Return the secrets that must be given again, with what was wrong with those that were."""
    said = {each.pointer: each.detail for each in wrong}
    return [
        Secret(_SECRET + place, _label(order.request, place, left), said.get(pointer(("secrets", place)), ""))
        for place in secrets_of(order, kind.secret_fields, left)
    ]


def other(secrets: Iterable[Secret], wrong: Iterable[FieldError]) -> list[str]:
    """Return what was wrong besides secrets."""
    places = {pointer(("secrets", each.field.removeprefix(_SECRET))) for each in secrets}
    return [f"{each.pointer}: {each.detail}" for each in wrong if each.pointer not in places]


def _label(request: Mapping[str, Any], place: str, left: AbstractSet[str]) -> str:
    """Say in words where a secret stands: `Port out passcode of group 1: 2015551234 and 3 more`."""
    _, *way, field = place.split("/")
    name = field.replace("_", " ").capitalize()
    if way[:1] != ["groups"]:
        return name
    at = int(way[1])
    numbers = [each for each in request["groups"][at]["telephone_numbers"] if each in left]
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"{name} of group {at + 1}: {', '.join(numbers[:_NAMED])}{more}"
