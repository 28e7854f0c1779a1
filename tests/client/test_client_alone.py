"""The client stands alone: it imports nothing else of the service, and of other packages httpx only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIENT = sorted((ROOT / "service" / "client").rglob("*.py"))

#: an interpreter in which nothing of ours exists but the client
ALONE = """
import importlib.abc, sys

class Away(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        ours = name.split(".")
        if ours[0] == "workers" or ours[0] == "service" and len(ours) > 1 and ours[1] != "client":
            raise ImportError(f"{name} is not part of the client")

sys.meta_path.insert(0, Away())
import service.client, service.client.webhooks, service.client.testing
tracker = service.client.OrderTracker("http://127.0.0.1:9", "a-token", "9900000")
print(tracker, sorted({name.partition(".")[0] for name in sys.modules} & {"pydantic", "starlette", "redis", "lxml"}))
"""


def test_it_works_where_nothing_else_of_the_service_exists():
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("OrderTracker('http://127.0.0.1:9', account_id='9900000') []\n", "")


def test_it_needs_httpx_and_for_tests_pytest():
    needed = {
        (name.partition(".")[0], path.parent.name == "testing")
        for path in CLIENT
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imported(node)
    }
    strangers = {each for each in needed if each[0] not in sys.stdlib_module_names and each[0] != "service"}
    assert strangers == {("httpx", False), ("httpx", True), ("pytest", True)}


def test_the_package_around_it_does_nothing():
    assert [type(each) for each in ast.parse((ROOT / "service" / "__init__.py").read_text()).body] == [ast.Expr]


def test_type_checkers_are_told_that_it_is_typed():
    assert (ROOT / "service" / "client" / "py.typed").read_text() == ""


def _imported(node):
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
