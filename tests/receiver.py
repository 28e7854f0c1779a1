"""A service that is told of events, over a real socket: it verifies every signature as Standard Webhooks says."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from answering import answering
from standardwebhooks import Webhook, WebhookVerificationError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Told:
    """One attempt as it came; `verified` holds those of the receiver's secrets that have signed it."""

    id: str
    timestamp: str
    body: dict[str, Any]
    raw: bytes
    verified: tuple[str, ...]
    traceparent: str | None = None

    @property
    def type(self):
        return self.body["type"]

    @property
    def order_id(self):
        return self.body["data"].get("order_id")

    @property
    def version(self):
        return self.body["data"].get("version")


@dataclass
class Receiver:
    """`answer(told)` returns a status, or a status and headers; it may wait."""

    url: str
    secrets: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    answer: Callable[[Told], int | tuple[int, dict[str, str]]] = field(default=lambda _told: 200)

    def of(self, order_id):
        return [each for each in self.told if each.order_id == order_id]

    def take(self, headers, raw):
        signed = {name: headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        verified = tuple(each for each in self.secrets if _verifies(each, raw, signed))
        body, trace = json.loads(raw), headers["traceparent"]
        told = Told(headers["webhook-id"], headers["webhook-timestamp"], body, raw, verified, trace)
        self.told.append(told)
        answer = self.answer(told)
        return answer if isinstance(answer, tuple) else (answer, {})


def _verifies(secret, raw, headers):
    try:
        Webhook(secret).verify(raw.decode(), headers)
    except WebhookVerificationError:
        return False
    return True


@contextmanager
def receiver():
    with answering() as server:
        made = Receiver(f"http://127.0.0.1:{server.server_port}/hooks")
        # asked for at each POST: a test may put another in its place
        server.take = lambda headers, raw: made.take(headers, raw)  # noqa: PLW0108
        yield made
