"""The health page and the strip above the orders; a script asks for their parts again every ten seconds."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from service.dashboard import frame
from service.dashboard.entrance import enter
from service.dashboard.health import callbacks, readings, signs
from service.dashboard.health.view import view
from service.dashboard.page import ACCOUNT, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from service.dashboard.health.sign import Sign

HEALTH: Final = ACCOUNT + "/health"
#: how long ago a time is: scripts tell it, so a page that differs in nothing else is the same
_AGO: Final = re.compile(r"(<time [^>]*>)[^<]*")


async def strip(request: Request, account_id: str) -> Sequence[Sign]:
    """Return the signs that `strip.html` shows of an account; what is slow to tell is not known now."""
    return signs.signs(await readings.of(request).see(account_id))


async def health(request: Request) -> Response:
    """Show how an account and the installation do."""
    return await _show(request, "health.html")


async def health_now(request: Request) -> Response:
    """Show the part of that page that changes."""
    return _unless_known(request, await _show(request, "health_now.html"))


async def strip_now(request: Request) -> Response:
    """Show the signs of the strip."""
    _, _, account_id = enter(request)
    answer = frame.show(request, "strip_now.html", signs=await strip(request, account_id))
    return _unless_known(request, answer)


def pages() -> list[Page]:
    """Return the page, and the parts."""
    return [
        Page("GET", HEALTH, health),
        Page("GET", HEALTH + "/now", health_now),
        Page("GET", HEALTH + "/strip", strip_now),
    ]


async def _show(request: Request, template: str) -> Response:
    desk, _, account_id = enter(request)
    shown = view(await readings.of(request).see_all(account_id))
    return frame.show(request, template, view=shown, settings=desk.settings, outcomes=callbacks.OUTCOMES)


def _unless_known(request: Request, answer: Response) -> Response:
    """Answer 304 to a script that shows the same already."""
    text = bytes(answer.body).decode()
    digest = sha256(_AGO.sub(r"\1", text).encode()).hexdigest()
    tag = f'W/"{digest[:24]}"'
    if request.headers.get("if-none-match") == tag:
        answer = Response(status_code=304, headers=frame.HEADERS)
    answer.headers["ETag"] = tag
    return answer
