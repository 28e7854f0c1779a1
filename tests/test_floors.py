"""The house: imports only go down, nobody goes in circles, and the sandbox knows nothing of the service."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: from the roof to the cellar; a module belongs to the longest name that it begins with
FLOORS = [
    (
        "top",
        [
            "workers",
            "service.cli",
            "service.subscription_commands",
            "service.people",
            "service.client_commands",
            "service.client_view",
            "service.doctor_command",
            "service.health_commands",
            "service.process_start",
            "service.verify_command",
            "service.restore_command",
            "service.local",
            "service.web",
            "service.doors",
            "service.request_head",
        ],
    ),
    ("client", ["service.client"]),
    ("doors", ["service.api", "service.callbacks", "service.dashboard", "service.front"]),
    # what doors share
    ("doorway", ["service.doorway"]),
    # look at all of the desk
    ("doctor", ["service.doctor", "service.selection", "service.deciding", "service.vitals", "service.readiness"]),
    (
        "desk",
        [
            "service.opening",
            "service.wiring",
            "service.book",
            "service.clients",
            "service.audit",
            "service.requests",
            "service.bulk",
            "service.events",
            "service.listening",
            "service.subscribing",
            "service.numbers",
            "service.maintenance",
            "service.worker_registry",
            "service.orphans",
            "service.surveys",
            "service.nudges",
            "service.rehearsal",
            "service.callback_proof",
        ],
    ),
    (
        "under the book",
        [
            "service.bells",
            "service.hearing",
            "service.governor",
            "service.turns",
            "service.tally",
            "service.subscription_health",
            "service.callback_address",
        ],
    ),
    ("neighbours", ["service.bandwidth", "service.store", "service.spool", "service.outgoing"]),
    ("kinds", ["service.kinds"]),
    (
        "shelf",
        [
            "service.kind",
            "service.asking",
            "service.sending",
            "service.answers",
            "service.carrier_errors",
            "service.carrier_words",
            "service.carrier_catalogue",
            "service.settlement",
            "service.decisions",
            "service.prospects",
            "service.retries",
        ],
    ),
    ("shelf", ["service.order_request", "service.order_resource", "service.setting"]),
    (
        "shapes",
        [
            "service.lifecycle",
            "service.order",
            "service.report",
            "service.exchange",
            "service.event",
            "service.notification",
            "service.survey",
            "service.xml",
            "service.sealing",
        ],
    ),
    (
        "words",
        [
            "service.telephone_numbers",
            "service.settings",
            "service.setting_forms",
            "service.redis_address",
            "service.pace",
            "service.allow_list",
            "service.errors",
            "service.terminal",
            "service.strict_json",
            "service.identifiers",
            "service.times",
            "service.scopes",
        ],
    ),
    ("words", ["service.logs", "service.bodies", "service.processes", "service.tracing"]),
]
ORDER = list(dict.fromkeys(name for name, _ in FLOORS))
PLACES = {prefix: name for name, prefixes in FLOORS for prefix in prefixes}
SIDEWAYS = {
    "service.wiring": {"service.book", "service.clients", "service.requests", "service.events", "service.listening"},
    "service.selection": {"service.deciding"},
}
LARGEST_FUNCTION = 50
MOST_SIBLINGS = 13
HTTP_CLIENTS = {"httpx", "httpcore", "aiohttp", "requests", "urllib.request", "http.client"}


def modules():
    for path in sorted([*ROOT.glob("service/**/*.py"), *ROOT.glob("workers/**/*.py")]):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


NAMES = {name for name, _ in modules()}


def imports(path, *, types=True):
    """The modules of ours that a file imports, anywhere in it; without `types`, those it needs when it runs."""
    found, tree = set(), ast.parse(path.read_text())
    if not types:
        tree.body = [node for node in tree.body if "TYPE_CHECKING" not in ast.unparse(node).partition("\n")[0]]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside & NAMES or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name in NAMES and name not in ("service", "workers")}


def place(name):
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (found := PLACES.get(".".join(parts[:length]))) is not None:
            return ".".join(parts[:length]), ORDER.index(found)
    pytest.fail(f"{name} stands on no floor: give it one here and in ARCHITECTURE.md")


def test_imports_only_go_down():
    wrong = []
    for name, path in modules():
        if name in ("service", "workers"):
            continue
        room, floor = place(name)
        for imported in imports(path):
            other, below = place(imported)
            same_room = other == room or (ORDER[floor] in ("shelf", "shapes", "words", "top") and below == floor)
            if below < floor or (below == floor and not same_room and imported not in SIDEWAYS.get(name, ())):
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_the_service_never_imports_the_workers():
    assert [
        name
        for name, path in modules()
        if name.startswith("service") and any(each.startswith("workers") for each in imports(path))
    ] == []


def test_the_sandbox_imports_nothing_of_the_service_and_only_local_starts_it():
    for name, path in modules():
        ours = imports(path)
        if name.startswith("service.local.sandbox"):
            assert all(each.startswith("service.local") for each in ours), name
        elif not name.startswith(("service.local", "service.cli")):
            assert not any(each.startswith("service.local") for each in ours), name


def test_http_is_spoken_to_bandwidth_and_to_endpoints_and_to_nobody_else():
    speaking = {
        (place(name)[0], client)
        for name, path in modules()
        for client in HTTP_CLIENTS
        # other programs speak with the client, to us
        if not name.startswith(("service.local", "service.client."))
        and re.search(rf"^\s*(import|from) {client}\b", path.read_text(), re.MULTILINE)
    }
    assert speaking == {
        ("service.bandwidth", "httpx"),
        ("service.bandwidth", "httpcore"),
        ("service.outgoing", "httpcore"),
    }


def test_the_client_imports_nothing_of_the_service():
    assert [
        f"{name} imports {imported}"
        for name, path in modules()
        if name.startswith("service.client.") or name == "service.client"
        for imported in imports(path)
        if not f"{imported}.".startswith("service.client.")
    ] == []


def test_nothing_goes_in_circles():
    TopologicalSorter({name: imports(path) - {name} for name, path in modules()}).prepare()


def test_no_room_is_one_that_everybody_must_run_through():
    needed = {name: len(imports(path, types=False)) for name, path in modules()}
    crowded = {name: count for name, count in needed.items() if count > MOST_SIBLINGS}
    assert crowded == {}


def test_functions_are_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for _, path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LARGEST_FUNCTION
    ]
    assert long == []


def test_every_job_name_resolves():
    from service.bells import JOBS  # noqa: PLC0415

    for dotted in JOBS.values():
        module, _, function = dotted.rpartition(".")
        assert callable(getattr(import_module(module), function))


def test_every_module_says_what_it_owns():
    silent = [name for name, path in modules() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []
