"""The two drivers: they perform the steps of a call with httpx, blocking or awaited. Everything else is shared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing
from typing import Any, TypeVar

import httpx

from service.client import wire
from service.client.errors import TrackerClosed
from service.client.exchange import Flow, Item, Open, Pause, Read, Request, Step, Talk, resumed
from service.client.target import Target

T = TypeVar("T")


class Blocking:
    """Performs calls while the caller waits. Threads may share one."""

    _target: Target
    _http: httpx.Client

    def converse(self, talk: Talk[T]) -> T:
        """Lead a conversation to its end and return what it came to."""
        line = _Line(self._target, self._http)
        outcome: Any = None
        with closing(line):
            while True:
                try:
                    step = resumed(talk, outcome)
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return]
                outcome = line.perform(step)

    def iterate(self, flow: Flow[T]) -> Generator[T, None, None]:
        """Yield what a flow hands out, while the caller wants more."""
        line = _Line(self._target, self._http)
        outcome: Any = None
        with closing(line), closing(flow):
            while True:
                try:
                    step = resumed(flow, outcome)
                except StopIteration:
                    return
                if isinstance(step, Item):
                    outcome = yield step.value
                else:
                    outcome = line.perform(step)


class Awaiting:
    """Performs calls in asyncio's loop."""

    _target: Target
    _http: httpx.AsyncClient

    async def converse(self, talk: Talk[T]) -> T:
        """Lead a conversation to its end and return what it came to."""
        line = _AsyncLine(self._target, self._http)
        outcome: Any = None
        async with aclosing(line):
            while True:
                try:
                    step = resumed(talk, outcome)
                except StopIteration as end:
                    return end.value  # type: ignore[no-any-return]
                outcome = await line.perform(step)

    async def iterate(self, flow: Flow[T]) -> AsyncGenerator[T, None]:
        """Yield what a flow hands out, while the caller wants more."""
        line = _AsyncLine(self._target, self._http)
        outcome: Any = None
        async with aclosing(line):
            with closing(flow):
                while True:
                    try:
                        step = resumed(flow, outcome)
                    except StopIteration:
                        return
                    if isinstance(step, Item):
                        outcome = yield step.value
                    else:
                        outcome = await line.perform(step)


class _Line:
    """What performs steps, with the stream that is open."""

    def __init__(self, target: Target, http: httpx.Client) -> None:
        self._target = target
        self._http = http
        self._stream: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())

    def perform(self, step: Step) -> Any:
        """Return the step's answer, or the ConnectionFailed that is thrown into the conversation."""
        try:
            match step:
                case Pause(seconds):
                    return time.sleep(seconds)
                case Read():
                    return next(self._pieces, b"")
                case Open(request):
                    self.close()
                    sent = wire.built(self._http, self._target, request)
                    self._stream = self._http.send(sent, stream=True, follow_redirects=False)
                    if self._stream.status_code != httpx.codes.OK:
                        self._stream.read()
                        return wire.whole(self._stream)
                    self._pieces = self._stream.iter_bytes()
                    return wire.head(self._stream)
                case Request():
                    sent = wire.built(self._http, self._target, step)
                    return wire.whole(self._http.send(sent, follow_redirects=False))
        except httpx.HTTPError as error:
            return wire.failed(self._target, error)
        except RuntimeError as error:
            if self._http.is_closed:
                raise TrackerClosed from error
            raise

    def close(self) -> None:
        """Close the stream that is open."""
        if self._stream is not None:
            self._stream.close()


class _AsyncLine:
    """What performs steps, with the stream that is open."""

    def __init__(self, target: Target, http: httpx.AsyncClient) -> None:
        self._target = target
        self._http = http
        self._stream: httpx.Response | None = None
        self._pieces: AsyncIterator[bytes] | None = None

    async def perform(self, step: Step) -> Any:
        """Return the step's answer, or the ConnectionFailed that is thrown into the conversation."""
        try:
            match step:
                case Pause(seconds):
                    return await asyncio.sleep(seconds)
                case Read():
                    return await anext(self._pieces, b"") if self._pieces else b""
                case Open(request):
                    await self.aclose()
                    sent = wire.built(self._http, self._target, request)
                    self._stream = await self._http.send(sent, stream=True, follow_redirects=False)
                    if self._stream.status_code != httpx.codes.OK:
                        await self._stream.aread()
                        return wire.whole(self._stream)
                    self._pieces = self._stream.aiter_bytes()
                    return wire.head(self._stream)
                case Request():
                    sent = wire.built(self._http, self._target, step)
                    return wire.whole(await self._http.send(sent, follow_redirects=False))
        except httpx.HTTPError as error:
            return wire.failed(self._target, error)
        except RuntimeError as error:
            if self._http.is_closed:
                raise TrackerClosed from error
            raise

    async def aclose(self) -> None:
        """Close the stream that is open."""
        if self._stream is not None:
            await self._stream.aclose()
