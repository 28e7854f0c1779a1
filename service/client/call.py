"""Calls of a tracker, each written once: blocking on `OrderTracker`, to be awaited on `AsyncOrderTracker`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from service.client.drivers import Awaiting, Blocking
from service.client.exchange import Flow, Talk

P = ParamSpec("P")
T = TypeVar("T")


class Call(Generic[P, T]):
    """A method that returns a value, made of a method that is a conversation; on the class it is that method."""

    def __init__(self, talk: Callable[Concatenate[Any, P], Talk[T]]) -> None:
        self._talk = talk

    @overload
    def __get__(self, tracker: None, owner: type) -> Callable[Concatenate[Any, P], Talk[T]]: ...

    @overload
    def __get__(self, tracker: Blocking, owner: type) -> Callable[P, T]: ...

    @overload
    def __get__(self, tracker: Awaiting, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, tracker: Blocking | Awaiting | None, owner: type) -> Any:
        if tracker is None:
            return self._talk

        def call(*args: P.args, **kwargs: P.kwargs) -> Any:
            return tracker.converse(self._talk(tracker, *args, **kwargs))

        return update_wrapper(call, self._talk)


class Iteration(Generic[P, T]):
    """A method that returns an iterator, made of a method that is a flow; on the class it is that method."""

    def __init__(self, flow: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        self._flow = flow

    @overload
    def __get__(self, tracker: None, owner: type) -> Callable[Concatenate[Any, P], Flow[T]]: ...

    @overload
    def __get__(self, tracker: Blocking, owner: type) -> Callable[P, Generator[T, None, None]]: ...

    @overload
    def __get__(self, tracker: Awaiting, owner: type) -> Callable[P, AsyncGenerator[T, None]]: ...

    def __get__(self, tracker: Blocking | Awaiting | None, owner: type) -> Any:
        if tracker is None:
            return self._flow

        def iterate(*args: P.args, **kwargs: P.kwargs) -> Any:
            return tracker.iterate(self._flow(tracker, *args, **kwargs))

        return update_wrapper(iterate, self._flow)
