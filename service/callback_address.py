"""Our address as Bandwidth's subscriptions name it, with the credentials it asks for; its last part is a secret."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from service.bandwidth.subscription_document import Receiver
from service.errors import BandwidthRefused, BandwidthUnavailable
from service.sealing import Sealer
from service.xml import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.settings import Settings


#: of the challenge that our door answers
REALM: Final = "bandwidth callbacks"


class CallbackAddress:
    """Where Bandwidth calls us, by the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._secret = settings.callback_segment.get_secret_value()
        self._password = settings.callback_password.get_secret_value()

    def receiver(self, account_id: str) -> Receiver:
        """Return what a subscription of the account must name."""
        settings = self._settings
        return Receiver(settings.callback_url(account_id), settings.callback_username, self._password)

    def fingerprint(self) -> str:
        """Return an HMAC of the credentials, to tell later whether Bandwidth was given others."""
        sealer = Sealer(self._settings.secret_key.get_secret_value())
        return sealer.fingerprint(b"subscription", self._settings.callback_username.encode(), self._password.encode())

    @contextmanager
    def kept_secret(self) -> Iterator[None]:
        """Keep the secret part out of what Bandwidth says about the address."""
        try:
            yield
        except BandwidthRefused as error:
            raise BandwidthRefused(error.detail.replace(self._secret, MASK), error.code) from None
        except BandwidthUnavailable as error:
            raise BandwidthUnavailable(error.detail.replace(self._secret, MASK)) from None
