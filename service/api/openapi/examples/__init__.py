"""Examples of answers, written by the functions that write the answers themselves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from service.api.openapi.examples import account_answers, event_answers, number_answers, order_answers
from service.api.openapi.examples.specimens import accepted
from service.api.order_json import WholeOrderJson, order_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.api.operation import Answer
    from service.kind import Kind


def of(answer: Answer, kind: Kind | None) -> Any:
    """Return an example of an answer about a kind, or about any; None where there is none."""
    if answer.example is not None:
        return answer.example
    if answer.shape is WholeOrderJson:
        return order_json(accepted(kind), personal=True)
    return _by_shape().get(answer.shape)


@cache
def _by_shape() -> Mapping[Any, Any]:
    return {
        **order_answers.examples(),
        **number_answers.examples(),
        **event_answers.examples(),
        **account_answers.examples(),
    }
