"""The store: is it there, does it keep what it acknowledges, does its clock agree with ours, does it take scripts."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from service.doctor.finding import Finding, judged, some
from service.store import script
from service.store.server import durability

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.doctor.finding import Level
    from service.store.server.node import Node
    from service.wiring import Desk

#: seconds between the server's clock and ours: more are told; and so many that receivers refuse our signatures
SKEW_SECONDS: Final = 2.0
REFUSED_SECONDS: Final = 120.0
#: share of its memory that a server may use before somebody should know: once it is full it takes no order
FULL: Final = 0.8


async def server(desk: Desk) -> list[Finding]:
    """Ask each server for what it tells of itself: one, or all primaries of a cluster."""
    return [finding for each in await desk.store.primaries() for finding in await _server(desk, each)]


async def _server(desk: Desk, node: Node) -> list[Finding]:
    began = time.perf_counter()
    async with node.asked("doctor") as client:
        info: Mapping[str, Any] = await client.info()
    took = (time.perf_counter() - began) * 1000
    name = "valkey" if "valkey_version" in info else "redis"
    said = f"{name} {info.get(f'{name}_version')}, answered in {took:.0f} ms"
    return [_at(node, each) for each in (Finding("store", "ok", said), *_replicas(desk, info), *_memory(info))]


async def promises(desk: Desk) -> list[Finding]:
    """Look whether it keeps what it acknowledges."""
    is_strict = desk.settings.durability == "strict"
    found = [
        Finding("durability", "fail" if is_strict else "warn", *_in_halves(each))
        for each in await durability.problems(desk.store)
    ]
    if not is_strict:
        allowed = "TRACKER_DURABILITY=unsafe lets it lose acknowledged orders"
        found.append(Finding("durability", "warn", allowed, "set TRACKER_DURABILITY=strict"))
    return found or [Finding("durability", "ok", "append-only file, fsync before each reply, nothing is evicted")]


async def clock(desk: Desk) -> list[Finding]:
    """Hold each server's clock against this machine's."""
    return [_at(each, await _clock(each)) for each in await desk.store.primaries()]


async def _clock(node: Node) -> Finding:
    async with node.asked("doctor") as client:
        before = time.time()
        seconds, microseconds = await client.time()
        now = (before + time.time()) / 2
    skew = abs(seconds + microseconds / 1_000_000 - now)
    level: Level = "ok" if skew < SKEW_SECONDS else "warn" if skew < REFUSED_SECONDS else "fail"
    do = "let both machines follow one time server (NTP): receivers refuse events whose signature is minutes off"
    return judged("clock skew", level, f"{skew:.1f} s between this machine and the store", do)


async def scripts(desk: Desk) -> list[Finding]:
    """Have each server compile every script."""
    return [_at(each, await _scripts(each)) for each in await desk.store.primaries()]


async def _scripts(node: Node) -> Finding:
    every = [each for each in vars(script).values() if isinstance(each, script.Script)]
    async with node.asked("doctor") as client:
        pipeline = client.pipeline(transaction=False)
        for each in every:
            pipeline.script_load(each.text)
        replies = await pipeline.execute(raise_on_error=False)
    do = "take Redis >= 7.0 or Valkey >= 7.2, and allow SCRIPT LOAD, EVAL and EVALSHA (ACL SETUSER ... +@scripting)"
    for each, reply in zip(every, replies, strict=True):
        if isinstance(reply, Exception):
            return Finding("scripts", "fail", f"the store does not take {each.name}: {reply}", do)
    return Finding("scripts", "ok", f"all {len(every)} compile")


def _at(node: Node, finding: Finding) -> Finding:
    """Say which server of a cluster is meant."""
    return replace(finding, found=f"{node.name}: {finding.found}") if node.name else finding


def _replicas(desk: Desk, info: Mapping[str, Any]) -> Iterator[Finding]:
    needed, connected = desk.settings.replicas_to_wait, int(info.get("connected_slaves", 0))
    if needed or connected:
        do = "start replicas: until enough have confirmed it, nothing is acknowledged and nothing is sent"
        found = f"{some(connected, 'replica')} connected, {needed} waited for"
        yield judged("replicas", "fail" if connected < needed else "ok", found, do)


def _memory(info: Mapping[str, Any]) -> Iterator[Finding]:
    most = int(info.get("maxmemory") or 0) or int(info.get("total_system_memory") or 0)
    if most:
        share = int(info.get("used_memory", 0)) / most
        do = "give the server more memory, or keep orders for less long (TRACKER_RETENTION_DAYS)"
        yield judged("memory", "ok" if share < FULL else "warn", f"{share:.0%} of the store's is used", do)


def _in_halves(problem: str) -> tuple[str, str]:
    """Part what is wrong from what to do."""
    found, _, do = problem.partition(": ")
    return found, do
