"""A real Chromium in front of a real tracker. Whatever goes wrong in a page fails its test."""

from __future__ import annotations

import os
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright
from rig import TOKEN

SCREENS = Path(__file__).parents[2] / ".screens"
#: what WCAG 2.1 AA asks for
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
#: no sandbox: the tests may run as root in a container, and the pages are our own; the rest keeps it quiet
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_WIDTHS = {"light": (1280, 800, "light"), "dark": (1280, 800, "dark"), "phone": (390, 844, "light")}


def _program():
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None and os.environ.get("CI") == "1":
        pytest.fail("There is no Chromium: apt-get install chromium")
    if found is None:
        pytest.skip("There is no Chromium: apt-get install chromium (or put it on PATH)")
    return found


@pytest.fixture(scope="session")
async def chromium(anyio_backend):
    program = _program()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(_OPTIONS))
        yield browser
        await browser.close()


class Watched:
    """What a tab did that no page of ours may do: script errors, refused content, requests to other hosts."""

    def __init__(self, origin):
        self.origin = origin
        self.wrong = []

    def follow(self, tab):
        tab.set_default_timeout(30_000)
        tab.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        tab.on("console", self._said)
        tab.on("request", self._asked)

    def _said(self, message):
        # a refused page's status is told too, and is not the page's fault
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request):
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.wrong.append(f"another host: {request.url}")


@pytest.fixture
async def open_tab(chromium):
    """Opens signed-in tabs: `tab = await open_tab(world, "orders:read")`; without scopes, with all of them."""
    async with AsyncExitStack() as stack:
        watched = []

        async def open_one(world, *scopes, javascript=True, path="/dashboard"):
            origin = str(world.api.base_url).rstrip("/")
            context = await chromium.new_context(base_url=origin, java_script_enabled=javascript)
            stack.push_async_callback(context.close)
            watched.append(Watched(origin))
            tab = await context.new_page()
            watched[-1].follow(tab)
            token = (await world.client(*scopes))["Authorization"].removeprefix("Bearer ") if scopes else TOKEN
            await tab.goto(path)
            await tab.fill("#token", token)
            await tab.click("main button")
            await tab.wait_for_selector("nav.rooms")
            return tab

        yield open_one
    assert [each for some in watched for each in some.wrong] == []


@pytest.fixture
def look():
    """Writes a page as people see it, in light, dark and at phone width, to .screens/."""

    async def write(tab, name):
        SCREENS.mkdir(exist_ok=True)
        for manner, (width, height, scheme) in _WIDTHS.items():
            await tab.emulate_media(color_scheme=scheme)
            await tab.set_viewport_size({"width": width, "height": height})
            await tab.screenshot(path=SCREENS / f"{name}-{manner}.png", full_page=True, animations="disabled")
        await tab.emulate_media(color_scheme="light")
        await tab.set_viewport_size({"width": 1280, "height": 800})

    return write


@pytest.fixture
def accessible():
    """Finds what keeps people from reading or using a page, in light and dark."""

    async def check(tab):
        for scheme in ("light", "dark"):
            await tab.emulate_media(color_scheme=scheme)
            found = await Axe().run(tab, options=RULES)
            wrong = [
                f"{each['id']}: {each['help']}: {node['html'][:200]}: {node['failureSummary'][:300]}"
                for each in found.response["violations"]
                for node in each["nodes"]
            ]
            assert wrong == [], scheme
        await tab.emulate_media(color_scheme="light")

    return check
