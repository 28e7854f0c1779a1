"""Answers that make no order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.local.sandbox.verdict import OrderError


class RefusedError(Exception):
    """A request is refused with an HTTP status, a code of Bandwidth's catalogue and its text.

    `errors` are those of single telephone numbers, where they are the reason.
    """

    def __init__(
        self, code: int, description: str, http_status: int = 400, errors: tuple[OrderError, ...] = ()
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.http_status = http_status
        self.errors = errors


class ProxyPageError(Exception):
    """Something between the caller and Bandwidth answers with an HTML page."""
