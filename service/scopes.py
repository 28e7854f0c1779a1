"""Scopes: what a token may do."""

from __future__ import annotations

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
