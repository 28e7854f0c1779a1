"""Reading a Subscription document; every rule of error codes 14500 to 14508."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.local.sandbox.refusals import RefusedError
from service.local.sandbox.subscriptions import Request
from service.local.sandbox.xml import Element, MalformedXmlError, parse, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.local.sandbox.options import LidbSpelling

#: Order types that can be subscribed to. LIDB is `lidb` in the OpenAPI enum and `lidbs` in the text of 14500.
ORDER_TYPES = (
    "portins",
    "portouts",
    "orders",
    "disconnects",
    "importToAccounts",
    "dldas",
    "lsrorders",
    "e911s",
    "tnoptions",
    "externalTns",
    "lidb",
    "lidbs",
    "bulkPortins",
    "importtnorders",
    "removeImportedTnOrders",
    "csrs",
    "emergencyEndpointGroup",
    "emergencyNotificationGroup",
    "tollFreePortingValidations",
)

#: Seconds to live where none are asked for: one day.
_DEFAULT_EXPIRY = 86_400
#: Up to three centuries, so that the end is still a date; the samples ask for 99 years.
_SECONDS = re.compile(r"[0-9]{1,10}")
_USERNAME_LIMIT = 100
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
#: Ports below this are open only if they are the web's own (older guide).
_FIRST_FREE_PORT = 1024
_WEB_PORTS = (80, 443)


def read_subscription(body: bytes, lidb_spelling: LidbSpelling) -> Request:
    """Read a POST's or PUT's body; a rule that it breaks answers 404 (OpenAPI of /subscriptions)."""
    try:
        root = parse(body)
    except MalformedXmlError as error:
        raise _refused(14501, "Subscription object is invalid") from error
    callback, email = root.find("CallbackSubscription"), root.find("EmailSubscription")
    if root.tag != "Subscription" or (callback is None and email is None):
        raise _refused(14501, "Subscription object is invalid")
    order_type, event_type = _types(root, lidb_spelling)
    username, password = _credentials(callback)
    return Request(
        order_type=order_type,
        event_type=event_type,
        order_id=_order_id(root),
        url=None if callback is None else _url(callback),
        expiry=_expiry(callback),
        username=username,
        password=password,
        number_format=_number_format(callback),
        email=None if email is None else text_of(email, "Email") or "",
        digest_requested=_digest(email),
    )


def _refused(code: int, description: str) -> RefusedError:
    return RefusedError(code, description, 404)


def _types(root: Element, lidb_spelling: LidbSpelling) -> tuple[str | None, str | None]:
    order_type, event_type = text_of(root, "OrderType"), text_of(root, "EventType")
    if bool(order_type) == bool(event_type):
        raise _refused(14508, "OrderType or EventType should be specified.")
    known = [word for word in ORDER_TYPES if word not in {"lidb", "lidbs"} or lidb_spelling in {"both", word}]
    if order_type and order_type.lower() not in _lower(known):
        raise _refused(14500, f"Incorrect order type. Valid values: {', '.join(known)}")
    if event_type and event_type != "MESSAGING_LOST":
        raise _refused(14507, "Incorrect event type. Valid values: MESSAGING_LOST")
    return order_type or None, event_type or None


def _lower(words: Iterable[str]) -> set[str]:
    return {word.lower() for word in words}


def _order_id(root: Element) -> str | None:
    order_id = text_of(root, "OrderId")
    if not order_id:
        return None
    try:
        return str(uuid.UUID(order_id))
    except ValueError as error:
        raise _refused(1008, f"'{order_id}' is not a valid UUID") from error


def _url(callback: Element) -> str:
    url = text_of(callback, "URL")
    if not url:
        raise _refused(14503, "Callback URL is empty")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(14506, "Callback URL is invalid") from error
    reachable = port is None or port in _WEB_PORTS or port >= _FIRST_FREE_PORT
    if parts.scheme not in {"http", "https"} or not parts.hostname or not reachable:
        raise _refused(14506, "Callback URL is invalid")
    return url


def _expiry(callback: Element | None) -> int:
    given = None if callback is None else text_of(callback, "Expiry")
    if not given:
        return _DEFAULT_EXPIRY
    if not _SECONDS.fullmatch(given):
        raise _refused(1014, f"{given} is not a valid number")
    if int(given) == 0:
        raise _refused(1004, "Expiry is too small. Must be greater than 0")
    return int(given)


def _credentials(callback: Element | None) -> tuple[str | None, str | None]:
    credentials = None if callback is None else callback.find("CallbackCredentials")
    if credentials is None:
        return None, None
    _check_key(text_of(credentials, "PublicKey"))
    basic = credentials.find("BasicAuthentication")
    if basic is None:
        return None, None
    username, password = text_of(basic, "Username"), text_of(basic, "Password")
    if not username or not password:
        raise _refused(14505, "Basic authentication must contain both a non-blank username and password")
    if len(username) > _USERNAME_LIMIT:
        raise _refused(1011, f"Username is too long. Max length {_USERNAME_LIMIT} characters")
    return username, password


def _check_key(key: str | None) -> None:
    """Refuse what is not Base64; only the alphabet counts, because the sample in Bandwidth's guide is cut short."""
    if not _BASE64.fullmatch("".join((key or "").split())):
        raise _refused(
            14504,
            "We couldn't read your provided certificate. Please encode your .DER/.CER/.CRT public key"
            " with a Base64 encoder and try again.",
        )


def _number_format(callback: Element | None) -> str:
    given = None if callback is None else text_of(callback, "NumberFormat")
    if given and given not in {"LEGACY", "E164"}:
        raise _refused(1008, f"'{given}' is not a valid value")
    return given or "LEGACY"


def _digest(email: Element | None) -> str:
    given = None if email is None else text_of(email, "DigestRequested")
    if given and given not in {"NONE", "DAILY"}:
        raise _refused(14502, "Incorrect digest type")
    return given or "NONE"
