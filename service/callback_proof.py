"""What a callback proves itself with: the user and password of a subscription, or a signature.

The previous ones are right beside the current ones, so that a rotation loses no callback.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING

from service.bandwidth import callback_signature

if TYPE_CHECKING:
    from service.settings import Settings


class CallbackProof:
    """Compares proofs with the current secrets and the previous ones, in a time that tells nothing."""

    def __init__(self, settings: Settings) -> None:
        current = (settings.callback_username, settings.callback_password.get_secret_value())
        previous = (settings.callback_previous_username, settings.callback_previous_password.get_secret_value())
        self._passwords = [current, *([previous] if previous[1] else [])]
        signing = (settings.callback_signing_secret, settings.callback_previous_signing_secret)
        self._signing = [each.get_secret_value() for each in signing if each.get_secret_value()]

    @property
    def takes_signatures(self) -> bool:
        """Tell whether there is a secret to compare a signature with."""
        return bool(self._signing)

    def is_signature(self, signature: str, body: bytes) -> bool:
        """Tell whether one of our secrets signed this body."""
        return callback_signature.is_right(signature, body, self._signing)

    def is_password(self, authorization: str | None) -> bool:
        """Tell whether an Authorization header carries one of our pairs of user and password."""
        scheme, _, encoded = (authorization or "").partition(" ")
        try:
            name, _, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        # every pair and both halves are always compared
        right = [_equal(name, wanted) & _equal(password, secret) for wanted, secret in self._passwords]
        return scheme.lower() == "basic" and any(right)


def _equal(given: bytes, wanted: str) -> bool:
    return hmac.compare_digest(given, wanted.encode())
