"""The template of a path at Bandwidth: what traces may tell of it, since ids and telephone numbers are in the path."""

from __future__ import annotations

from itertools import pairwise


def template_of(path: str) -> str:
    """Return a path with `{account}`, and `{id}` for whatever else is not one of Bandwidth's own words, all letters."""
    parts = path.strip("/").split("/")
    return "/" + "/".join(
        "{account}" if before == "accounts" else _shown(each) for before, each in pairwise(["", *parts])
    )


def _shown(part: str) -> str:
    return part if part.isascii() and part.isalpha() else "{id}"
