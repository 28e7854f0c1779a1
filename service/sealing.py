"""Secrets at rest: AES-GCM for passcodes until they are sent, HMAC for fingerprints of requests."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.xml import MASK

_NONCE_BYTES = 12


class Sealer:
    """Seals texts to the place they belong to, so that one order's secret does not open in another."""

    def __init__(self, key_hex: str) -> None:
        key = bytes.fromhex(key_hex)
        self._aes = AESGCM(hashlib.sha256(b"seal" + key).digest())
        self._mac = hashlib.sha256(b"fingerprint" + key).digest()

    def seal(self, text: str, place: str) -> str:
        """Encrypt a text for a place, such as an order's id."""
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + self._aes.encrypt(nonce, text.encode(), place.encode())).decode()

    def open(self, sealed: str, place: str) -> str:
        """Decrypt; raises ValueError when the key or the place is another."""
        raw = base64.b64decode(sealed)
        try:
            return self._aes.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode()).decode()
        except InvalidTag:
            raise ValueError("sealed with another TRACKER_SECRET_KEY, or for another order") from None

    def fingerprint(self, *parts: bytes) -> str:
        """Return an HMAC over parts, each told apart from the next."""
        mac = hmac.new(self._mac, digestmod=hashlib.sha256)
        for part in parts:
            mac.update(len(part).to_bytes(8, "big") + part)
        return mac.hexdigest()


def hide(request: Any, names: frozenset[str]) -> tuple[Any, dict[str, str]]:
    """Return a JSON value with the fields of these names masked, and what they held by its JSON pointer."""
    held: dict[str, str] = {}

    def mask(pointer: str, value: str) -> str:
        held[pointer] = value
        return MASK

    return _changed(request, names, mask), held


def reveal(request: Any, names: frozenset[str], held: Mapping[str, str]) -> Any:
    """Return the value with what `hide` took out put back; a secret that is gone reads `unchanged`."""
    return _changed(request, names, lambda pointer, _: held.get(pointer, "unchanged"))


def _changed(value: Any, names: frozenset[str], change: Callable[[str, str], str], pointer: str = "") -> Any:
    """Return a JSON value in which `change` has had a look at every field of these names."""
    if isinstance(value, list):
        # thousands of telephone numbers hold no fields: they are not looked at one by one
        if set(map(type, value)) <= {str}:
            return list(value)
        return [_changed(each, names, change, f"{pointer}/{index}") for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    return {
        key: change(f"{pointer}/{key}", each) if key in names else _changed(each, names, change, f"{pointer}/{key}")
        for key, each in value.items()
        if each is not None
    }
