"""The documentation page: Swagger UI from an installed package, with a few files of ours. It loads nothing else."""

from __future__ import annotations

from functools import cache
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.api.pages.content import Content
from service.errors import NotFound

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from starlette.requests import Request
    from starlette.responses import Response

_JAVASCRIPT: Final = "text/javascript"
_OURS: Final = {"docs.html": "text/html", "docs.js": _JAVASCRIPT, "page.css": "text/css"}
#: of the package; everything else in it is served to nobody
_ITS: Final = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": _JAVASCRIPT,
    "favicon-32x32.png": "image/png",
}


async def docs(request: Request) -> Response:
    """Return the page."""
    return _content("docs.html").answer(request)


async def file(request: Request) -> Response:
    """Return a file that a page needs; 404 for every other name."""
    name = request.path_params["name"]
    if name not in _OURS and name not in _ITS:
        raise NotFound
    return _content(name).answer(request, {"Cache-Control": "public, max-age=3600"})


@cache
def _content(name: str) -> Content:
    return Content(_place(name).read_bytes(), _OURS.get(name) or _ITS[name])


def _place(name: str) -> Traversable:
    if name in _OURS:
        return files("service.api.pages") / "files" / name
    # by its metadata: to import the package would run code that we need not
    return Path(str(distribution("swagger-ui-py").locate_file(f"swagger_ui/static/{name}")))
