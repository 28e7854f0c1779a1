"""Files that pages load: style and scripts. Their addresses name their content, so a browser asks for each once."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from service.dashboard.page import ROOT, Page
from service.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request

HERE: Final = Path(__file__).parent
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: characters of the digest in an address
_SHORT: Final = 16


async def file(request: Request) -> Response:
    """Return a file; 404 for any other name, and for content that it no longer has."""
    name = request.path_params["name"]
    if name not in _names() or address(name) != request.scope["path"]:
        raise NotFound("There is no such file: open the page again.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(_content(name), headers=headers, media_type=_TYPES[Path(name).suffix])


def pages() -> list[Page]:
    """Return their addresses."""
    return [Page("GET", ROOT + "/files/{digest}/{name}", file, open=True)]


@cache
def address(name: str) -> str:
    """Return a file's address."""
    return f"{ROOT}/files/{sha256(_content(name)).hexdigest()[:_SHORT]}/{name}"


@cache
def _content(name: str) -> bytes:
    return (HERE / "static" / name).read_bytes()


@cache
def _names() -> frozenset[str]:
    return frozenset(each.name for each in (HERE / "static").iterdir() if each.suffix in _TYPES)
