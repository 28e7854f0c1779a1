"""Every order POST that arrived, whatever became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.local.sandbox.journal import Journal

#: What a POST that was reset is counted under, beside the HTTP statuses.
RESET = "reset"
#: What stands for a POST whose answer is still under way, or was lost with the process.
UNANSWERED = "unanswered"


@dataclass
class Post:
    """One body for one account and kind, and how each of its arrivals was answered."""

    account_id: str
    kind: str
    digest: str
    body: bytes
    first_at: datetime
    answers: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two POSTs the same."""
        return self.account_id, self.kind, self.digest


class PostBook:
    """Counts POSTs by account, kind and body."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._posts: dict[tuple[str, str, str], Post] = {}
        rows = journal.read("SELECT account_id, kind, digest, body, first_at, answers FROM posts")
        for account_id, kind, digest, body, first_at, answers in rows:
            post = Post(account_id, kind, digest, body, datetime.fromisoformat(first_at), json.loads(answers))
            self._posts[post.key] = post

    def arrived(self, account_id: str, kind: str, body: bytes, now: datetime) -> tuple[Post, int]:
        """Count an arrival before anything is decided; answers the post and the arrival's number."""
        fresh = Post(account_id, kind, hashlib.sha256(body).hexdigest(), body, now)
        post = self._posts.setdefault(fresh.key, fresh)
        post.answers.append(UNANSWERED)
        self._journal.write(
            "INSERT OR REPLACE INTO posts VALUES (?, ?, ?, ?, ?, ?)",
            *post.key,
            body,
            post.first_at.isoformat(),
            json.dumps(post.answers),
        )
        return post, len(post.answers) - 1

    def answered(self, post: Post, arrival: int, answer: str) -> None:
        """Note how an arrival was answered."""
        post.answers[arrival] = answer
        self._journal.write(
            "UPDATE posts SET answers = ? WHERE account_id = ? AND kind = ? AND digest = ?",
            json.dumps(post.answers),
            *post.key,
        )

    def get(self, key: tuple[str, str, str]) -> Post:
        """Return the post that an order came from."""
        return self._posts[key]

    def all(self) -> Iterable[Post]:
        """Return every post, oldest first."""
        return self._posts.values()
