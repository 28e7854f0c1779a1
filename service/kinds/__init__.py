"""The shelf: one module per kind of order, each declaring its `KIND`. Nothing else lists the kinds."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from service.errors import Misconfigured
from service.kind import Kind


@cache
def shelf() -> Mapping[str, Kind]:
    """Return every kind by its name, as found by looking at the modules of this package."""
    kinds: dict[str, Kind] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        kind = _declared(f"{__name__}.{module.name}")
        if kind.name in kinds:
            raise Misconfigured(f"Two modules under service/kinds declare the kind {kind.name}: rename one.")
        kinds[kind.name] = kind
    return MappingProxyType(kinds)


def adoptable(order_type: str | None) -> Kind | None:
    """Return the kind of which callbacks speak so, when an order of it that was placed elsewhere can be adopted."""
    wanted = (order_type or "").lower()
    return next((kind for kind in shelf().values() if kind.adopt and wanted in kind.callback_names), None)


def _declared(module_name: str) -> Kind:
    kind = getattr(import_module(module_name), "KIND", None)
    if not isinstance(kind, Kind):
        raise Misconfigured(f"{module_name} lies on the shelf without declaring KIND: declare it, or move the module.")
    return kind
