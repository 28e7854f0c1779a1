"""A local run's secrets: made by chance once, then kept in the data directory, so that a second start goes on."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Self

from service.errors import Misconfigured
from service.local import private_file

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """What the parts of a run prove themselves with."""

    api_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    #: seals passcodes: without it, what is in the directory cannot be read
    secret_key: str = field(default_factory=lambda: secrets.token_hex(32))
    callback_username: str = "bandwidth"
    callback_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    callback_segment: str = field(default_factory=lambda: secrets.token_hex(16))
    sandbox_client_id: str = "sandbox-client"
    sandbox_client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    sandbox_username: str = "sandbox-user"
    sandbox_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @classmethod
    def kept(cls, path: Path) -> Self:
        """Return what the file holds; what it lacks is made and kept."""
        try:
            held = json.loads(path.read_text()) if path.exists() else {}
            found = cls(**{str(name): str(value) for name, value in held.items()})
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise Misconfigured(
                f"{path} cannot be read ({error}): restore it, or start with another --data-dir."
            ) from None
        if asdict(found) != held:
            private_file.write(path, asdict(found))
        return found
