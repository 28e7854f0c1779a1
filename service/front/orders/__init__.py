"""Orders as Bandwidth's clients place and read them: tnoptions, lidbs, dldas."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from service.front.operation import ACCOUNT, Operation
from service.front.orders import changes, reads, submissions
from service.front.orders.dldas import DLDAS
from service.front.orders.lidbs import LIDBS
from service.front.orders.tn_options import TN_OPTIONS
from service.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.front.orders.resource import Resource

RESOURCES: Final = (TN_OPTIONS, LIDBS, DLDAS)


def operations() -> list[Operation]:
    """Return what may be called about orders."""
    return [each for resource in RESOURCES for each in _of(resource)]


def _of(resource: Resource) -> Iterator[Operation]:
    path, name = f"{ACCOUNT}/{resource.path}", f"front.{resource.path}"
    one, root, missing = path + "/{order_id}", resource.response_root, resource.report_root
    yield Operation(
        "POST", path, partial(submissions.submit, resource=resource), f"{name}.submit", root, Scope.WRITE, missing
    )
    yield Operation("GET", path, partial(reads.some, resource=resource), f"{name}.list", root, missing_root=missing)
    yield Operation("GET", one, partial(reads.one, resource=resource), f"{name}.get", root, missing_root=missing)
    if resource.kind.amendable:
        call = partial(changes.change, resource=resource)
        yield Operation("PUT", one, call, f"{name}.change", root, Scope.WRITE, missing)
    if (history := resource.history_root) is not None:
        call = partial(reads.history, resource=resource)
        yield Operation("GET", one + "/history", call, f"{name}.history", root, missing_root=history)
