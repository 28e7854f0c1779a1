"""Answers that make no order."""

from __future__ import annotations


class RefusedError(Exception):
    """A request is refused with an HTTP status, a code of Bandwidth's catalogue and its text."""

    def __init__(self, code: int, description: str, http_status: int = 400) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.http_status = http_status


class ProxyPageError(Exception):
    """Something between the caller and Bandwidth answers with an HTML page."""
