"""Operations as path items: one for each, and where a kind stands in the path, one for each kind."""

from __future__ import annotations

from inspect import getdoc
from typing import TYPE_CHECKING, Any

from service.api.openapi import examples, kinds, parameters, refusals
from service.api.openapi.schemas import Schema, Schemas, reference
from service.api.openapi.tags import tag_of
from service.api.order_json import WholeOrderJson
from service.kinds import shelf
from service.order_request.model import OrderRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.api.operation import Answer, Body, Operation
    from service.kind import Kind

_KIND = "{kind}"
_LIMITS = ("RateLimit", "RateLimit-Policy")


class Paths:
    """Writes operations; `requests` and `answers` know the schemas of all their shapes."""

    def __init__(self, requests: Schemas, answers: Schemas) -> None:
        self._requests = requests
        self._answers = answers

    def of(self, operations: Iterable[Operation]) -> dict[str, Schema]:
        """Return path items by path."""
        items: dict[str, Schema] = {}
        for each in operations:
            for kind in _kinds(each):
                path = parameters.path_of(each)
                path = path.replace(_KIND, kind.name) if kind else path
                items.setdefault(path, {})[each.method.lower()] = self._operation(each, path, kind)
        return items

    def _operation(self, operation: Operation, path: str, kind: Kind | None) -> Schema:
        told: Schema = {
            "operationId": operation.id + (kind.model.__name__.removesuffix("Order") if kind else ""),
            "summary": f"{operation.does} ({kind.name})" if kind else operation.does,
            "description": _description(operation, kind),
            "tags": [tag_of(path)],
            "security": [] if operation.open else [{"token": [str(operation.scope)]}],
            "parameters": parameters.parameters_of(operation, path),
        }
        if operation.body:
            told["requestBody"] = self._body(operation.body, kind)
        limits = () if operation.open else _LIMITS
        answered = {str(status): self._answer(each, kind, limits) for status, each in operation.answers.items()}
        told["responses"] = answered | refusals.responses(refusals.refusals(operation))
        return told

    def _body(self, body: Body, kind: Kind | None) -> Schema:
        content = {
            media: _content(self._taken(shape, kind), _example(body, media, kind))
            for media, shape in body.shapes.items()
        }
        return {"required": body.required, "content": content}

    def _answer(self, answer: Answer, kind: Kind | None, limits: tuple[str, ...]) -> Schema:
        told: Schema = {"description": f"{answer.does}.", "headers": parameters.headers((*answer.headers, *limits))}
        if answer.shape is not None:
            shown = self._shown(answer.shape, kind)
            told["content"] = {answer.media_type: _content(shown, examples.of(answer, kind))}
        return told

    def _taken(self, shape: Any, kind: Kind | None) -> Schema:
        return kinds.request_of(kind) if kind and shape is OrderRequest else self._requests.of(shape)

    def _shown(self, shape: Any, kind: Kind | None) -> Schema:
        if shape is WholeOrderJson:
            return reference(kinds.name_of(kind) if kind else kinds.WHOLE)
        return self._answers.of(shape)


def _kinds(operation: Operation) -> Iterator[Kind | None]:
    if _KIND in operation.path:
        yield from (each for each in shelf().values() if not operation.kinds or each.name in operation.kinds)
    else:
        yield None


def _content(schema: Schema, example: Any) -> Schema:
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _example(body: Body, media: str, kind: Kind | None) -> Any:
    if body.example is None:
        return kind.example if kind else None
    return body.example[media] if len(body.shapes) > 1 else body.example


def _description(operation: Operation, kind: Kind | None) -> str:
    told = [getdoc(operation.call) or operation.does]
    if kind:
        told.append(f"`{kind.name}`: {(getdoc(kind.model) or kind.name).splitlines()[0]}")
    if not operation.open:
        told.append(f"Needs the scope `{operation.scope}`.")
    return "\n\n".join(told)
