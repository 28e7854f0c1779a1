"""Content that is the same for everybody until the next version of the product: its tag, and the answer with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from service.api.responses import is_known

if TYPE_CHECKING:
    from starlette.requests import Request

#: what a page may load and do: its own files, and calls of this API; it stands in no frame
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes with their media type."""

    body: bytes
    media_type: str
    tag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tag", f'"{sha256(self.body).hexdigest()[:32]}"')

    def answer(self, request: Request, headers: dict[str, str] | None = None) -> Response:
        """Answer it, or 304 while it is what the caller knows."""
        told = {
            "ETag": self.tag,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            **(headers or {}),
        }
        if is_known(request, self.tag):
            return Response(status_code=304, headers=told)
        return Response(self.body, headers=told, media_type=self.media_type)
