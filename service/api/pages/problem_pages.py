"""Pages of problems: what each type means and what to do. As HTML for browsers, as plain text for everybody else."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import orjson

from service.api.pages.content import Content
from service.api.pages.page import page
from service.api.problem_json import problem_json
from service.api.problem_types import meaning, problem_types, specimen
from service.errors import NotFound

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.errors import TrackerError

_VARY: Final = {"Vary": "Accept"}
_CODE: Final = re.compile("`([^`]+)`")


async def index(request: Request) -> Response:
    """Return all types of problems."""
    return (_index() if _is_browser(request) else _plain_index()).answer(request, _VARY)


async def about(request: Request) -> Response:
    """Return what a type of problem means, and what to do."""
    slug = request.path_params["slug"]
    if slug not in problem_types():
        raise NotFound("There is no such type of problem: /problems lists them all.")
    return (_page(slug) if _is_browser(request) else _plain(slug)).answer(request, _VARY)


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "").lower()


@cache
def _index() -> Content:
    rows = "\n".join(
        f'<tr><td>{each.status}</td><td><a href="problems/{slug}">{slug}</a></td><td>{escape(each.title())}</td></tr>'
        for slug, each in problem_types().items()
    )
    head = "<tr><th>status</th><th>type</th><th>says</th></tr>"
    return page("Problems", f"<h1>Problems</h1>\n<table>\n{head}\n{rows}\n</table>")


@cache
def _plain_index() -> Content:
    lines = (f"{each.status} {slug}: {each.title()}\n" for slug, each in problem_types().items())
    return Content("".join(lines).encode(), "text/plain")


@cache
def _page(slug: str) -> Content:
    problem = problem_types()[slug]
    paragraphs = "\n".join(f"<p>{_marked(each)}</p>" for each in _paragraphs(problem))
    return page(
        slug,
        f"""<p><a href="../problems">All problems</a></p>
<h1>{escape(problem.title())}</h1>
<p><code>{slug}</code>, answered with {_status(problem)}</p>
{paragraphs}
<h2>Example</h2>
<pre>{escape(_example(problem))}</pre>""",
        up="../",
    )


@cache
def _plain(slug: str) -> Content:
    problem = problem_types()[slug]
    parts = (f"{slug} ({_status(problem)})", problem.title(), *_paragraphs(problem), _example(problem))
    return Content(("\n\n".join(parts) + "\n").encode(), "text/plain")


def _paragraphs(problem: type[TrackerError]) -> list[str]:
    """Return the paragraphs behind the title, each on one line."""
    return [" ".join(each.split()) for each in meaning(problem).split("\n\n") if each]


def _marked(text: str) -> str:
    """Write a paragraph as HTML: what stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _status(problem: type[TrackerError]) -> str:
    return f"{problem.status} {HTTPStatus(problem.status).phrase}"


def _example(problem: type[TrackerError]) -> str:
    return orjson.dumps(problem_json(specimen(problem)), option=orjson.OPT_INDENT_2).decode()
