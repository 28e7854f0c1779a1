"""Outgoing events: what is POSTed to endpoints, a webhook for each type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.openapi.examples import specimens
from service.event import PING, SHAPES, EventJson, event_json

if TYPE_CHECKING:
    from service.api.openapi.schemas import Schema, Schemas

#: shapes that the webhooks refer to
WEBHOOK_SHAPES: Final = (EventJson, *SHAPES.values())
_SIGNED: Final = """\
Signed by Standard Webhooks: verify the signature before you read the body, and refuse a timestamp older than five
minutes. Deliveries come at least once, and may come out of turn: `id` and the order's `version` tell.\
"""
_WHEN: Final = {
    "order.accepted": "An order is on disk",
    "order.updated": "An order has changed, and has not ended",
    "order.completed": "An order has ended",
    "batch.completed": "All orders of a batch have ended",
    "subscription.unhealthy": "A callback subscription at Bandwidth stays wrong",
    "subscription.healthy": "A callback subscription at Bandwidth is whole again",
    "endpoint.disabled": "An endpoint was switched off by itself",
    PING: "A test, asked for by `POST .../ping`",
}
_HEADERS: Final = {
    "webhook-id": "The event's id: the same on every attempt.",
    "webhook-timestamp": "Seconds since 1970 at this attempt.",
    "webhook-signature": (
        "`v1,` and base64 of the HMAC-SHA256 over `webhook-id.webhook-timestamp.body`; one for each live secret, "
        "separated by blanks."
    ),
}
_ANSWERS: Final = {
    "2XX": "Taken.",
    "410": "Nothing more is wanted: the endpoint is switched off.",
    "default": "Not taken: tried again, eleven times in 75 hours at most. `Retry-After` is heeded.",
}


def webhooks(answers: Schemas) -> dict[str, Schema]:
    """Return a path item for each type of event."""
    return {name: {"post": _webhook(name, answers.of(shape), answers.of(EventJson))} for name, shape in SHAPES.items()}


def _webhook(name: str, data: Schema, event: Schema) -> Schema:
    told: Schema = {"type": "object", "properties": {"type": {"const": name}, "data": data}}
    content = {"schema": {"allOf": [event, told]}, "example": event_json(specimens.event(name))}
    return {
        "operationId": "".join(part.capitalize() for part in f"on.{name}".split(".")),
        "summary": _WHEN[name],
        "description": _SIGNED,
        "tags": ["events"],
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": does, "schema": {"type": "string"}}
            for header, does in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {status: {"description": does} for status, does in _ANSWERS.items()},
    }
