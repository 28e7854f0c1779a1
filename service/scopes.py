"""Scopes: what a token may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token may do; each says itself what it takes in."""

    #: read orders, numbers, subscriptions, events
    READ = "orders:read"
    #: submit orders and decide about them; takes reading in
    WRITE = "orders:write"
    #: see names and addresses of people, which are masked without it
    PERSONAL = "read:personal"
    #: change endpoints and subscriptions, replay callbacks and events; takes reading and writing in
    ADMIN = "admin"

    @property
    def takes_in(self) -> frozenset[Scope]:
        """Return what a token with this scope may do: names and addresses are apart from everything."""
        match self:
            case Scope.WRITE:
                return frozenset({Scope.READ, Scope.WRITE})
            case Scope.ADMIN:
                return frozenset({Scope.READ, Scope.WRITE, Scope.ADMIN})
        return frozenset({self})


def taken_in(given: Iterable[Scope]) -> frozenset[Scope]:
    """Return all that a token with these scopes may do."""
    return frozenset(each for scope in given for each in scope.takes_in)
