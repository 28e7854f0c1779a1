"""Bandwidth's own payloads, as its guides, OpenAPI documents and SDKs print them.

They are read where they lie, beside the repository; a test that needs one is skipped where they are not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[2] / "shared" / "bandwidth"
FOLDER = _BESIDE / "fixtures"
#: Bandwidth's guide "Manage Number Features", as text
GUIDE = _BESIDE / "manage-number-features.txt"


def payload(name):
    path = FOLDER / f"{name}.xml"
    if not path.exists():
        pytest.skip(f"Bandwidth's payloads are not beside the repository: {name}")
    return path.read_bytes()


def needed():
    """Skip a test that has nothing to look at."""
    if not FOLDER.is_dir():
        pytest.skip("Bandwidth's payloads are not beside the repository")


def names(kind):
    found = sorted(path.stem for path in (FOLDER / kind).glob("*.xml"))
    return found or ["missing"]
