"""Pages for people, and the document: open to everybody, from this server alone, and nothing else of the disk."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
import rig

from service import web
from service.api import public
from service.api.pages import docs, problem_pages
from service.api.problem_types import problem_types
from service.errors import Refused

PAGES = ["/", "/docs", "/problems", "/problems/invalid-order"]
SAME = [*PAGES, "/openapi.json", "/docs/docs.js", "/docs/swagger-ui-bundle.js"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def app():
    """Without a store: nothing here needs one."""
    return web.application(rig.settings_for("redis://127.0.0.1:9/0", "9900000"))


@pytest.fixture
async def api(app):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tests") as client:
        yield client


class Loaded(HTMLParser):
    """What a page names, and whatever of it would run or apply in place."""

    def __init__(self, text):
        super().__init__()
        self.links, self.in_place = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given[each] for each in ("href", "src") if each in given]
        self.in_place += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.in_place.append(tag)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_nothing_but_files_of_this_server_and_runs_nothing_in_place(api, path):
    answer = await api.get(path, headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Loaded(answer.text)
    assert page.in_place == []
    assert page.links
    for link in page.links:
        assert ":" not in link
        # the dashboard leads whoever has not signed in to where they do
        assert (await api.get(urljoin(path, link))).status_code in (200, 303), link


async def test_the_documentation_reads_our_document_and_asks_no_validator(api):
    script = (await api.get("/docs/docs.js")).text
    assert 'url: "openapi.json"' in script
    assert 'validatorUrl: "none"' in script
    assert re.findall(r"https?://", script) == []


@pytest.mark.parametrize("path", SAME)
async def test_what_the_caller_knows_is_not_sent_again(api, path):
    first = await api.get(path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await api.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await api.get(path, headers={"If-None-Match": '"other"'})).content == first.content


@pytest.mark.parametrize("path", SAME)
async def test_they_take_get_and_head_and_nothing_else(api, path):
    assert (await api.head(path)).headers["etag"]
    for method in ("POST", "PUT", "DELETE"):
        answer = await api.request(method, path)
        assert answer.status_code == 405
        assert answer.json()["type"] == "/problems/method-not-allowed"


@pytest.mark.parametrize(
    "name",
    [
        *("swagger-editor.js", "swagger-initializer.js", "LICENSE", "index.css", "docs.html~", "Docs.js", "docs.js/"),
        *("%2e%2e%2fdocs.py", "%2e%2e/docs.py", "..%2fdocs.py", "..%5cdocs.py", "%2fetc%2fpasswd", "docs.js%00", "%00"),
        *("docs.js%0a", "x" * 5_000, "%f0%9f%92%a9", "%ff"),
    ],
)
async def test_no_other_file_is_served(api, name):
    answer = await api.get(httpx.URL("http://tests").copy_with(raw_path=f"/docs/{name}".encode()))
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


def test_only_what_the_page_needs_is_taken_from_the_package():
    assert {docs._place(name).name for name in docs._ITS} == set(docs._ITS)
    page = (Path(docs.__file__).parent / "files" / "docs.html").read_text()
    assert [name for name in docs._ITS if f"docs/{name}" not in page] == []


@pytest.mark.parametrize("slug", sorted(problem_types()))
async def test_every_problem_has_its_page(api, slug):
    problem = problem_types()[slug]
    page = (await api.get(f"/problems/{slug}", headers=BROWSER)).text
    plain = await api.get(f"/problems/{slug}", headers={"Accept": "*/*"})
    assert plain.headers["content-type"] == "text/plain; charset=utf-8"
    assert plain.headers["vary"] == "Accept"
    for text in (page, plain.text):
        assert str(problem.status) in text
        assert f"/problems/{slug}" in text
    assert problem.title() in plain.text
    assert problem_pages._paragraphs(problem), "say what it means and what to do in its docstring"
    listed = (await api.get("/problems")).text
    assert f"{problem.status} {slug}: " in listed


@pytest.mark.parametrize(
    "slug",
    [
        *("made-up", "misconfigured", "refused", "Invalid-Order", "invalid-order/", "%2e%2e", "invalid-order%0a"),
        *("%3Cscript%3E", "%00", "x" * 5_000, "%ff"),
    ],
)
async def test_a_made_up_problem_has_none(api, slug):
    answer = await api.get(httpx.URL("http://tests").copy_with(raw_path=f"/problems/{slug}".encode()), headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "script" not in answer.text


def test_what_a_problem_says_is_text_and_never_html(monkeypatch):
    class Loud(Refused):
        """Say <script>alert(1)</script> & "nothing" else.

        Never `<b>so</b>`.
        """

        slug = "loud"

    monkeypatch.setattr(problem_pages, "problem_types", lambda: {"loud": Loud})
    page = problem_pages._page("loud").body.decode()
    problem_pages._page.cache_clear()
    assert "<script" not in page
    assert "<b>" not in page
    assert "Say &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;nothing&quot; else." in page
    assert "Never <code>&lt;b&gt;so&lt;/b&gt;</code>." in page


async def test_the_document_needs_no_token_and_is_made_once(api):
    first, second = (await api.get("/openapi.json")), (await api.get("/openapi.json"))
    assert first.headers["content-type"] == "application/json"
    assert first.content == second.content
    assert first.json()["servers"] == [{"url": "/"}]
    assert public._document.cache_info().misses == 1
