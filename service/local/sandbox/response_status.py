"""The `ResponseStatus` that says why a request was refused."""

from __future__ import annotations

from service.local.sandbox.xml import Element, element


def response_status(root: str, description: str, code: int | None = None) -> Element:
    """Write `root>ResponseStatus`; some answers have no ErrorCode."""
    codes = [] if code is None else [element("ErrorCode", text=str(code))]
    return element(root, element("ResponseStatus", *codes, element("Description", text=description)))
