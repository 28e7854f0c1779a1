"""What idle streams of events cost one API process, and how soon whoever waits sees a change meanwhile.

    PYTHONPATH=tests .venv/bin/python tests/bench/idle_streams.py --streams 2000

Starts a server and an API process of its own, prints a table and ends; the exit code is 1 when the process takes more
than `MOST_MB` with 2,000 streams.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx
import rig
from listening_steps import address, streaming

from service import wiring
from service.clients.registrar import Registrar
from service.listening import places
from service.scopes import Scope

MOST_MB = 150
ROOT = Path(__file__).parents[2]
QUIET, BUSY = "1000001", "1000002"


def say(text):
    sys.stdout.write(f"{text}\n")


def megabytes(pid):
    (line,) = [each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


@contextlib.contextmanager
def process(redis_url, port):
    """An API process as it is run."""
    settings = {
        "ACCOUNTS": f"{QUIET},{BUSY}",
        "API_TOKEN": rig.TOKEN,
        "SECRET_KEY": "ab" * 32,
        "REDIS_URL": redis_url,
        "BANDWIDTH_URL": "http://127.0.0.1:9/api/v1",
        "BANDWIDTH_CLIENT_ID": "nobody",
        "BANDWIDTH_CLIENT_SECRET": "nothing",
        "CALLBACK_PASSWORD": rig.CALLBACK[1],
        "CALLBACK_SEGMENT": rig.SEGMENT,
        "CLIENT_RATE": "0",
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "api", "--port", str(port)],
        env={**os.environ, **{f"TRACKER_{name}": value for name, value in settings.items()}},
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.terminate()
        began = time.monotonic()
        started.wait(30)
        say(f"ended with all of them open after {time.monotonic() - began:.1f} s, exit code {started.returncode}")


async def tokens(redis_url, streams):
    """Tokens of clients enough for so many streams: each may have its share of the process."""
    desk = wiring.build(rig.settings_for(redis_url, QUIET))
    registrar = Registrar(desk.store, desk.settings, "bench")
    names = [f"bench-{at}" for at in range(streams // places.SHARE + 1)]
    made = [await registrar.create(each, [QUIET], [Scope.READ]) for each in names]
    await desk.close()
    return made


async def open_streams(port, count, of):
    """Open idle streams, by clients in turns; each is read up to its first frame."""
    head = f"GET {address(QUIET)} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer "
    heads = itertools.cycle([f"{head}{each}\r\n\r\n".encode() for each in of])

    async def one():
        incoming, outgoing = await asyncio.open_connection("127.0.0.1", port, limit=2**12)
        outgoing.write(next(heads))
        await incoming.readuntil(b"retry: ")
        return outgoing

    opened = []
    while len(opened) < count:
        opened += await asyncio.gather(*(one() for _ in range(min(100, count - len(opened)))))
    return opened


async def delays(api, rounds):
    """Milliseconds from the 202 to the event on a stream; and from a cancel's answer to that of a wait."""
    orders, streamed, waited = f"/v1/accounts/{BUSY}/orders", [], []
    async with streaming(api, BUSY) as stream:
        for number in range(rounds):
            body = {"groups": [{"telephone_numbers": [str(2_015_560_000 + number)], "sms": "on"}]}
            event = asyncio.create_task(noted(stream.event()))
            order, accepted_at = await noted(api.post(f"{orders}/tn-options", json=body))
            streamed.append((await event)[1] - accepted_at)
            wait = asyncio.create_task(noted(api.get(f"{orders}/{order.json()['id']}?wait=30&until=terminal")))
            await asyncio.sleep(0.01)  # it must have begun
            _, cancelled_at = await noted(api.post(f"{orders}/{order.json()['id']}/cancel"))
            waited.append((await wait)[1] - cancelled_at)
            await stream.event()
    return [1000 * each for each in streamed], [1000 * each for each in waited]


async def noted(awaitable):
    return await awaitable, time.perf_counter()


async def measure(arguments, redis_url):
    port = rig.free_port()
    headers = {"Authorization": f"Bearer {rig.TOKEN}"}
    with process(redis_url, port) as started:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as api:
            await rig.until(lambda: _is_up(api), 20)
            before = megabytes(started.pid)
            of = await tokens(redis_url, arguments.streams)
            began = time.monotonic()
            opened = await open_streams(port, arguments.streams, of)
            seconds = time.monotonic() - began
            after = megabytes(started.pid)
            each = (after - before) * 1024 / max(1, len(opened))
            say(f"{len(opened)} streams in {seconds:.1f} s: {before:.0f} MB, then {after:.0f} MB, {each:.0f} KB each")
            for what, found in zip(
                ("202 to stream", "cancel to wait"), await delays(api, arguments.rounds), strict=True
            ):
                ranks = statistics.quantiles(found, n=100)
                say(f"{what}: p50 {ranks[49]:.1f} ms, p99 {ranks[98]:.1f} ms")
    for each in opened:
        each.transport.abort()
    return after


async def _is_up(api):
    with contextlib.suppress(httpx.HTTPError):
        return (await api.get(f"/v1/accounts/{QUIET}/orders")).status_code == 200


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=200)
    arguments = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with rig.valkey() as server:
        megabytes_taken = asyncio.run(asyncio.wait_for(measure(arguments, server.url), 120))
    return int(arguments.streams <= 2_000 and megabytes_taken > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
