"""What survives a restart: a SQLite file, or memory if no directory is given."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS posts (
    account_id TEXT, kind TEXT, digest TEXT, body BLOB, first_at TEXT, answers TEXT,
    PRIMARY KEY (account_id, kind, digest)
);
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, account_id TEXT, kind TEXT, digest TEXT,
    created_at TEXT, created_by TEXT, pace REAL
);
CREATE TABLE IF NOT EXISTS puts (
    put_id INTEGER PRIMARY KEY, account_id TEXT, order_id TEXT, body BLOB, answer TEXT, taken_at TEXT
);
CREATE TABLE IF NOT EXISTS locations (
    account_id TEXT, site_id TEXT, peer_id TEXT, settings BLOB,
    PRIMARY KEY (account_id, site_id, peer_id)
);
CREATE TABLE IF NOT EXISTS number_puts (
    account_id TEXT, telephone_number TEXT, body BLOB, taken_at TEXT, due_at TEXT, shows INTEGER
);
CREATE TABLE IF NOT EXISTS subscriptions (subscription_id TEXT PRIMARY KEY, document TEXT);
"""


class Journal:
    """Writes at once and without fsync: it must outlive the process, not the machine."""

    def __init__(self, data_dir: Path | None) -> None:
        path = ":memory:"
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
            path = str(data_dir / "sandbox.sqlite3")
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(_SCHEMA)

    def write(self, statement: str, *values: Any) -> None:
        """Execute one statement."""
        self._connection.execute(statement, values)

    def read(self, query: str) -> Iterable[tuple[Any, ...]]:
        """Return a query's rows."""
        return self._connection.execute(query).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
