"""Reading a `Subscription` document; each rule has its code in Bandwidth's catalogue (14500 to 14508)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from service import xml
from service.front.subscriptions.refused import WrongSubscription, invalid
from service.notification import ORDER_TYPES
from service.outgoing import certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.xml import Element

#: seconds to live where none are asked for: one day
DEFAULT_EXPIRY: Final = 86_400
#: up to three centuries: documents ask for 99 years
_SECONDS: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
_MOST_CHARACTERS: Final = 100
_FORMATS: Final = ("LEGACY", "E164")
_DIGESTS: Final = ("NONE", "DAILY")
#: spelling in lower case -> kind
_KINDS: Final = {each.lower(): kind for kind, names in ORDER_TYPES.items() for each in names}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks for; its order is still to be found."""

    order_type: str
    kind: str
    #: ours or Bandwidth's; None: all of the kind
    order_id: str | None
    url: str
    #: seconds
    expiry: int
    username: str | None
    password: str | None
    #: as PEM
    certificate: str | None
    number_format: str


def read(body: bytes, check_url: Callable[[str], None]) -> Asked:
    """Read a POST's or PUT's body; `check_url` raises ValueError with a sentence. Raises WrongSubscription."""
    try:
        root = xml.parse(body)
    except xml.UnreadableXml:
        raise invalid() from None
    if xml.name(root) != "subscription":
        raise invalid()
    _require_callback(root)
    order_type, kind = _order_type(root)
    callback = xml.child(root, "CallbackSubscription")
    credentials = xml.child(callback, "CallbackCredentials")
    username, password = _credentials(credentials)
    return Asked(
        order_type=order_type,
        kind=kind,
        order_id=_order_id(root),
        url=_url(callback, check_url),
        expiry=_expiry(callback),
        username=username,
        password=password,
        certificate=_certificate(credentials),
        number_format=_one_of(_FORMATS, xml.text(callback, "NumberFormat")),
    )


def _require_callback(root: Element) -> None:
    email = xml.child(root, "EmailSubscription")
    if email is not None:
        if (xml.text(email, "DigestRequested") or "NONE").upper() not in _DIGESTS:
            raise WrongSubscription(14502, "Incorrect digest type")
        raise WrongSubscription(
            14501, "Subscription object is invalid: no mail is sent from here. Give a CallbackSubscription alone."
        )
    if xml.child(root, "CallbackSubscription") is None:
        raise invalid()


def _order_type(root: Element) -> tuple[str, str]:
    order_type, event_type = xml.text(root, "OrderType"), xml.text(root, "EventType")
    if bool(order_type) == bool(event_type):
        raise WrongSubscription(14508, "OrderType or EventType should be specified.")
    valid = ", ".join(each for names in ORDER_TYPES.values() for each in names)
    if order_type is None:
        raise WrongSubscription(14507, f"Incorrect event type. None is told of here: give an OrderType of {valid}")
    kind = _KINDS.get(order_type.lower())
    if kind is None:
        raise WrongSubscription(14500, f"Incorrect order type. Valid values: {valid}")
    return order_type, kind


def _order_id(root: Element) -> str | None:
    order_id = xml.text(root, "OrderId")
    if order_id is None:
        return None
    try:
        return str(uuid.UUID(order_id))
    except ValueError:
        raise WrongSubscription(1008, f"'{_short(order_id)}' is not a valid UUID") from None


def _url(callback: Element | None, check_url: Callable[[str], None]) -> str:
    url = xml.text(callback, "URL")
    if url is None:
        raise WrongSubscription(14503, "Callback URL is empty")
    try:
        check_url(url)
    except ValueError as error:
        raise WrongSubscription(14506, f"Callback URL is invalid. {error}") from None
    return url


def _expiry(callback: Element | None) -> int:
    given = xml.text(callback, "Expiry")
    if given is None:
        return DEFAULT_EXPIRY
    if not _SECONDS.fullmatch(given):
        raise WrongSubscription(1014, f"{_short(given)} is not a valid number")
    if int(given) == 0:
        raise WrongSubscription(1004, "Expiry is too small. Must be greater than 0")
    return int(given)


def _certificate(credentials: Element | None) -> str | None:
    given = xml.text(credentials, "PublicKey")
    try:
        return given and certificate.read(given)
    except ValueError:
        raise WrongSubscription(
            14504,
            "We couldn't read your provided certificate. Please encode your .DER/.CER/.CRT public key"
            " with a Base64 encoder and try again.",
        ) from None


def _credentials(credentials: Element | None) -> tuple[str | None, str | None]:
    basic = xml.child(credentials, "BasicAuthentication")
    if basic is None:
        return None, None
    username, password = xml.text(basic, "Username"), xml.text(basic, "Password")
    if username is None or password is None:
        raise WrongSubscription(14505, "Basic authentication must contain both a non-blank username and password")
    for name, value in (("Username", username), ("Password", password)):
        if len(value) > _MOST_CHARACTERS:
            raise WrongSubscription(1011, f"{name} is too long. Max length {_MOST_CHARACTERS} characters")
    if ":" in username:
        raise WrongSubscription(14505, "Basic authentication must contain a username without a colon, which ends it")
    return username, password


def _one_of(words: tuple[str, ...], given: str | None) -> str:
    if given is not None and given not in words:
        raise WrongSubscription(1008, f"'{_short(given)}' is not a valid value")
    return given or words[0]


def _short(text: str) -> str:
    return text[:_MOST_CHARACTERS]
