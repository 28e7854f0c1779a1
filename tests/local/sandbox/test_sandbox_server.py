from __future__ import annotations

import ast
import multiprocessing
import os
import signal
import socket
from pathlib import Path

import httpx
import pytest
from sandbox_harness import until

import service.local.sandbox
from service.local.sandbox.options import Options
from service.local.sandbox.server import serve


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_process_serves_on_the_socket_it_was_given_and_ends_cleanly(ending):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=serve, args=(Options(), listening))
        process.start()
        assert httpx.get(f"{url}/_sandbox/orders", timeout=20, trust_env=False).json() == []
        os.kill(process.pid, ending)
        until(lambda: process.exitcode is not None)
        assert process.exitcode == 0
        process.close()


def test_the_sandbox_imports_nothing_of_the_product_but_itself():
    folder = Path(service.local.sandbox.__file__).parent
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            foreign = [name for name in names if name.split(".")[0] in {"service", "workers", "."}]
            assert all(name.startswith("service.local.sandbox") for name in foreign), path
