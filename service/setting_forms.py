"""Forms that settings have, each with the sentence that says so; no sentence quotes a value."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import AfterValidator, AnyHttpUrl, SecretStr

from service import redis_address
from service.allow_list import AllowList

#: of the rates that a client may have
_SLOWEST: Final = 0.01
_FASTEST: Final = 1e6


def like(form: str, sentence: str) -> AfterValidator:
    """Hold a text, or a secret one, to a form."""

    def read(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if re.fullmatch(form, text, re.ASCII) is None:
            raise ValueError(sentence)
        return value

    return AfterValidator(read)


def _redis_url(url: str) -> str:
    redis_address.read(url)
    return url


def client_rate(rate: float) -> float:
    """Hold to its form how many requests a second a client may make; raises ValueError."""
    if rate == 0 or _SLOWEST <= rate <= _FASTEST:
        return rate
    raise ValueError(f"give 0 for any number, or requests a second from {_SLOWEST:g} to {_FASTEST:g}")


REDIS_URL: Final = AfterValidator(_redis_url)
REDIS_URL_OR_NONE: Final = AfterValidator(lambda url: url and _redis_url(url))
HOST_OR_NETWORK: Final = AfterValidator(lambda entry: AllowList.read([entry]) and entry)
_NAME_SENTENCE: Final = "give a name without a colon: Basic credentials are split at the first one"
NAME: Final = like("[^:]+", _NAME_SENTENCE)
CLIENT_RATE: Final = AfterValidator(client_rate)
NAME_OR_NONE: Final = like("[^:]*", _NAME_SENTENCE)


def is_here(url: AnyHttpUrl) -> bool:
    """Tell whether an address names the machine that asks."""
    host = (url.host or "").strip("[]")
    return host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host == "::1"
