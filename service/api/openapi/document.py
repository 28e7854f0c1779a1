"""The OpenAPI document as a whole."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from service.api.openapi import callback, kinds, parameters, refusals
from service.api.openapi.operations import Paths
from service.api.openapi.schemas import REQUEST, Schema, Schemas
from service.api.openapi.tags import tags
from service.api.openapi.webhooks import WEBHOOK_SHAPES, webhooks
from service.api.order_json import OrderSummaryJson
from service.api.problem_json import ProblemJson
from service.kinds import shelf
from service.order_request.model import OrderRequest
from service.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from service.api.operation import Operation

_ABOUT: Final = """\
Submit an order for telephone-number features at Bandwidth as JSON, get an answer in milliseconds, and always know what
became of every single number.

* **202 means: on disk.** What was acknowledged is not lost. Repeat a POST whose answer you did not get with the same
  `Idempotency-Key`.
* **Errors** are `application/problem+json` (RFC 9457): `type` leads to a page that says what to do, and `errors` names
  every wrong field at once, with Bandwidth's own error code where it has one for it.
* **Lists** are paged: follow `next` as it is given.
* **Answers may get more fields and words**: pass over what you do not know.
* Any call may also be 431 (its head has more than 64 KiB), and an address is 405 for a method that it does not take.
"""
_SCOPES: Final = {
    Scope.READ: "read orders, numbers, subscriptions and events",
    Scope.WRITE: "submit orders and decide about them; takes reading in",
    Scope.PERSONAL: "see names and addresses of people, which are masked without it",
    Scope.ADMIN: "change endpoints and subscriptions, replay callbacks and events; takes reading and writing in",
}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the document of some operations."""
    shown = [each for each in operations if not each.hidden]
    requests, answers = _requests(shown), _answers(shown)
    paths = {**Paths(requests, answers).of(shown), **callback.path_items()}
    used = {tag for item in paths.values() for each in item.values() for tag in each["tags"]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bandwidth order tracker",
            "version": version("bandwidth-order-tracker"),
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": tags(used),
        "paths": paths,
        "webhooks": webhooks(answers),
        "components": {
            "securitySchemes": _security(),
            "headers": parameters.header_components(),
            "responses": refusals.components(),
            "schemas": dict(sorted(_schemas(requests, answers).items())),
        },
    }


def _requests(shown: list[Operation]) -> Schemas:
    bodies = (shape for each in shown if each.body for shape in each.body.shapes.values())
    # the base of all kinds stands for each of them
    shapes = [each for each in bodies if each is not OrderRequest]
    return Schemas([*shapes, *(each.model for each in shelf().values())], "validation", REQUEST)


def _answers(shown: list[Operation]) -> Schemas:
    shapes = [answer.shape for each in shown for answer in each.answers.values() if answer.shape is not None]
    return Schemas([*shapes, OrderSummaryJson, ProblemJson, *WEBHOOK_SHAPES], "serialization")


def _schemas(requests: Schemas, answers: Schemas) -> dict[str, Schema]:
    summary = answers.components["OrderSummary"]
    return {**requests.components, **answers.components, **kinds.orders(summary), **refusals.schemas()}


def _security() -> dict[str, Schema]:
    scopes = "\n".join(f"* `{scope}`: {_SCOPES[scope]}" for scope in Scope)
    about = f"`Authorization: Bearer TOKEN`. A token has accounts and scopes:\n\n{scopes}"
    credentials = "The user name and password of our callback subscriptions."
    return {
        "token": {"type": "http", "scheme": "bearer", "description": about},
        callback.BASIC: {"type": "http", "scheme": "basic", "description": credentials},
    }
