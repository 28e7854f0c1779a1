"""What Bandwidth calls, as the document shows it: for whoever must let these calls in, or send one by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.api.openapi.parameters import account_parameter

if TYPE_CHECKING:
    from service.api.openapi.schemas import Schema

#: name of its security scheme
BASIC: Final = "bandwidth"
_ABOUT: Final = """\
Bandwidth first sends it without credentials, waits for the challenge, and repeats it with those of its subscription. A
good callback is answered once it is on disk: new or late, heard before, or of an order that nobody here knows. It
never ends an order: it says that it is worth while to look. Subscriptions v2 send JSON, and sign with
`X-Bandwidth-Signature-SHA-256` instead.\
"""
_EXAMPLE: Final = {
    "Status": "COMPLETE",
    "SubscriptionId": "390f12ea-e345-479e-9a0e-e9b2d7e0c8f4",
    "Message": "Order completed",
    "OrderId": "8fa0ba46-4bcb-4ffc-9a2c-5ab9b2e4c8d1",
    "OrderType": "lidbs",
    "CustomerOrderId": "LidbOrder1",
    "LastModifiedDate": "2026-02-14T03:00:00.000Z",
}
_NOTIFICATION: Final = {
    "type": "object",
    "xml": {"name": "Notification"},
    "properties": {name: {"type": "string"} for name in _EXAMPLE},
}
_ANSWERS: Final = {
    "200": "It is on disk.",
    "400": "No notification: not XML or JSON, or nothing in it that tells of an order.",
    "401": "Prove who you are. Bandwidth's first call always gets this.",
    "404": "Not our address.",
    "408": "The body did not arrive in time.",
    "413": "The body is too large.",
    "503": "It could be kept neither in the store nor in the spool.",
}


def path_items() -> dict[str, Schema]:
    """Return the one address."""
    segment = {
        "name": "segment",
        "in": "path",
        "required": True,
        "description": "The unguessable part of the address that our subscriptions name.",
        "schema": {"type": "string"},
    }
    content = {
        "application/xml": {"schema": _NOTIFICATION, "example": _EXAMPLE},
        "application/json": {
            "schema": {"type": "object"},
            "example": {"orderId": "8fa0ba46-4bcb-4ffc-9a2c-5ab9b2e4c8d1", "status": "COMPLETE"},
        },
    }
    post = {
        "operationId": "receiveCallback",
        "summary": "Bandwidth tells of an order",
        "description": _ABOUT,
        "tags": ["callbacks"],
        "security": [{BASIC: []}],
        "parameters": [account_parameter(), segment],
        "requestBody": {"required": True, "content": content},
        "responses": {status: {"description": does} for status, does in _ANSWERS.items()},
    }
    return {"/callbacks/bandwidth/{account_id}/{segment}": {"post": post}}
