"""The image's own steps, run in a clean directory without Docker: what they build runs, and nothing else is in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from string import Template

import pytest
import rig
from dockerfile import ROOT, TEXT, stages
from own_processes import environment, lists_orders
from span_collector import collecting

#: directories of the image that the steps write to
_WRITTEN = re.compile(r"(?<![\w./-])/(src|build|app|wheels)\b")
BUILD, FINAL = stages()


#: the locks that PACKAGES may choose
KINDS = ("requirements", "otel")


class Directory:
    """Where the build stage is run, with its arguments: its absolute paths are below this one."""

    def __init__(self, root, **arguments):
        self.root = root
        self.here = root
        self.arguments = arguments
        (root / "bin").mkdir()
        # the interpreter of the image is called python; ours may stand in an environment
        (root / "bin" / "python").symlink_to(Path(sys._base_executable).resolve())

    def within(self, text):
        return _WRITTEN.sub(lambda found: f"{self.root}{found[0]}", text)

    def do(self, word, argument):
        {"FROM": self._nothing, "ARG": self._default, "WORKDIR": self._enter, "COPY": self._copy, "RUN": self._run}[
            word
        ](argument)

    def _nothing(self, _):
        pass

    def _default(self, argument):
        name, value = argument.split("=")
        self.arguments.setdefault(name, value)

    def _enter(self, argument):
        self.here = Path(self.within(argument))
        self.here.mkdir()

    def _copy(self, argument):
        *sources, to = Template(argument).substitute(self.arguments).split()
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self.here / to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, self.here / to)

    def _run(self, command):
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        # no compiler: whatever asks for one fails
        env = {**pip, **self.arguments, "HOME": os.environ.get("HOME", "/"), "CC": "false", "CXX": "false"}
        env["PATH"] = f"{self.root / 'bin'}:/usr/bin:/bin"
        done = subprocess.run(
            ["sh", "-c", self.within(command)], cwd=self.here, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}"


def _built(root, **arguments):
    directory = Directory(root, **arguments)
    for word, argument in BUILD:
        directory.do(word, argument)
    return directory.root / "app"


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def app(kind, tmp_path_factory):
    """The environment that the image takes over, as its build stage leaves it; nobody need name the usual one."""
    return _built(tmp_path_factory.mktemp(kind), **({} if kind == KINDS[0] else {"PACKAGES": kind}))


def _run(app, *command):
    """Run a program of the environment with nothing else to be found."""
    return subprocess.run(
        [app / "bin" / command[0], *command[1:]], env={"PATH": ""}, cwd="/", capture_output=True, text=True, check=False
    )


def test_what_is_built_runs_alone(app):
    done = _run(app, "order-tracker", "--help")
    assert done.returncode == 0, done.stderr
    assert "Durable orders" in done.stdout
    done = _run(app, "order-tracker", "health", "clock")
    assert done.returncode == 1
    assert "no clock runs" in done.stdout
    # every command finds what it imports: only its settings are missing
    for command in (["api"], ["worker", "submit"], ["clock"]):
        done = _run(app, "order-tracker", *command)
        assert done.returncode == 2, done.stderr
        assert "TRACKER_SECRET_KEY" in done.stderr


def test_a_process_of_it_brings_spans_where_they_are_asked_for_or_says_what_it_lacks(app, kind, valkey, tmp_path):
    with collecting() as collector:
        port, log = rig.free_port(), tmp_path / "log"
        told = environment(valkey.url, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) | {
            "PATH": "",
            "PYTHONPATH": "",
        }
        command = [app / "bin" / "order-tracker", "api", "--port", str(port)]
        with log.open("w") as written, subprocess.Popen(command, env=told, cwd="/", stderr=written) as process:
            try:
                rig.until_sync(lambda: lists_orders(port, told), seconds=30.0)
            finally:
                process.terminate()
        assert -process.returncode == signal.SIGTERM, log.read_text()
    off = [line["do"] for line in map(json.loads, log.read_text().splitlines()) if line["event"] == "tracing.off"]
    names = {each.name for each in collector.spans}
    if kind == "otel":
        assert off == []
        assert "GET /v1/accounts/{account_id}/orders" in names
        assert collector.services == {"order-tracker"}
    else:
        assert names == set()
        assert len(off) == 1
        assert "PACKAGES=otel" in off[0]


def test_it_holds_what_is_locked_and_us_and_nothing_to_fetch_or_build_with(app, kind):
    ask = "import importlib.metadata as m; print(*sorted(each.name.lower() for each in m.distributions()))"
    held = {re.sub(r"[._]", "-", name) for name in _run(app, "python", "-c", ask).stdout.split()}
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "deploy" / f"{kind}.lock").read_text(), re.MULTILINE))
    assert bool({"opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"} & locked) is (kind == "otel")
    assert held == locked | {"bandwidth-order-tracker"}
    assert held & {"pip", "setuptools", "wheel", "hatchling"} == set()
    assert not list((app / "bin").glob("pip*"))


def test_every_file_of_ours_is_in_it_and_compiled_for_a_root_that_is_read_only(app):
    (site,) = app.glob("lib/python*/site-packages")
    for house in ("service", "workers"):
        ours = {path.relative_to(ROOT) for path in (ROOT / house).rglob("*") if path.is_file()}
        ours = {path for path in ours if "__pycache__" not in path.parts}
        assert sorted(path for path in ours if not (site / path).exists()) == []
    assert list(site.glob("service/__pycache__/cli.*.pyc"))


def test_the_image_is_what_was_built_run_by_a_user_without_rights():
    told = dict(FINAL)
    assert told["COPY"] == "--from=build /app /app"
    assert told["USER"] == "10001:10001"
    assert told["ENTRYPOINT"] == '["order-tracker"]'
    assert "PATH=/app/bin:$PATH" in told["ENV"]
    assert "pip uninstall" in told["RUN"]
    assert re.search(r"^ARG PYTHON=python:3\.\d+-slim-\w+$", TEXT, re.MULTILINE)
    assert [argument for stage in (BUILD, FINAL) for word, argument in stage if word == "FROM"] == [
        "${PYTHON} AS build",
        "${PYTHON}",
    ]


def test_packages_come_by_hash_as_wheels_and_only_what_is_built_from_is_sent_to_the_builder():
    installs = [
        part for word, argument in BUILD if word == "RUN" for part in argument.split("&&") if " install " in part
    ]
    assert len(installs) == 3
    for each in installs:
        assert "--no-index /wheels/" in each or "--only-binary :all: --require-hashes" in each
    allowed = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    sources = {source for word, argument in BUILD if word == "COPY" for source in argument.split()[:-1]}
    assert {re.sub(r"deploy/[\w${}]+\.lock", "deploy/*.lock", source) for source in sources} == allowed
    assert [argument for word, argument in BUILD if word == "ARG"] == ["PACKAGES=requirements"]
