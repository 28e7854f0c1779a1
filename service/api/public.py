"""What anybody may call, without a token: whether the process lives and is ready, the document, and people's pages."""

from __future__ import annotations

from asyncio import to_thread
from functools import cache
from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response
from starlette.routing import Route

from service.api import ready, routes
from service.api.openapi.document import document
from service.api.operation import Answer, Operation, Parameter
from service.api.pages import docs, index, problem_pages
from service.api.pages.content import Content
from service.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request


async def live(_request: Request) -> Response:
    """Tell that this process answers; never asks the store."""
    return Response("ok\n", media_type="text/plain")


async def openapi(request: Request) -> Response:
    """Return this document; 304 while it is the one that the caller knows."""
    # making it takes half a second, once: the others' calls go on meanwhile
    return (await to_thread(_document)).answer(request)


@cache
def operations() -> tuple[Operation, ...]:
    """Return what programs may call; the pages are for people."""
    known = Parameter("If-None-Match", "The ETag of what the caller knows.", place="header")
    unchanged = Answer("The caller knows it", headers=("ETag",))
    about = Answer("The page; for browsers it is HTML", str, ("ETag",), "not-found (404 Not Found)\n", "text/plain")
    return (
        Operation(
            "GET",
            "/livez",
            live,
            "getLife",
            "Whether this process answers",
            open=True,
            answers={200: Answer("It does", str, media_type="text/plain", example="ok\n")},
        ),
        ready.operation(),
        Operation(
            "GET",
            "/openapi.json",
            openapi,
            "getDocument",
            "This document",
            parameters=(known,),
            open=True,
            answers={200: Answer("The document", dict, ("ETag",), {"openapi": "3.1.0"}), 304: unchanged},
        ),
        Operation(
            "GET",
            "/problems/{slug}",
            problem_pages.about,
            "getProblem",
            "What a type of problem means, and what to do",
            parameters=(known,),
            open=True,
            answers={200: about, 304: unchanged},
            problems=(NotFound,),
        ),
    )


def public_routes() -> list[Route]:
    """Return their routes, and those of the pages."""
    return [
        *(Route(each.path, each.call, methods=[each.method]) for each in operations()),
        Route("/", index.index, methods=["GET"]),
        Route("/docs", docs.docs, methods=["GET"]),
        Route("/docs/{name}", docs.file, methods=["GET"]),
        Route("/problems", problem_pages.index, methods=["GET"]),
    ]


@cache
def _document() -> Content:
    return Content(orjson.dumps(document((*routes.operations(), *operations()))), "application/json")
