"""The HTTP answers that every door gives alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from service.local.sandbox.xml import Element, write

if TYPE_CHECKING:
    from collections.abc import Mapping

_XML = "application/xml"

#: What stands between a caller and Bandwidth on a bad day.
PROXY_PAGE = (
    "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body>\r\n"
    "<center><h1>400 Bad Request</h1></center>\r\n<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n"
)


def xml_answer(root: Element, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a document."""
    return Response(write(root), status, headers, media_type=_XML)


def empty(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer without a body."""
    return Response(None, status, headers)


def unauthorized() -> Response:
    """Answer 401 with an empty body, as Bandwidth does."""
    return empty(401, {"WWW-Authenticate": 'Basic realm="Bandwidth"'})


def proxy_page() -> Response:
    """Answer 400 with HTML."""
    return Response(PROXY_PAGE, 400, media_type="text/html")
