"""The Dockerfile as what it is: stages of instructions."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy" / "Dockerfile").read_text()


def _instructions(text):
    told = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in re.sub(r"\\\n\s*", "", told).splitlines():
        if line.strip():
            yield line.split(None, 1)


def stages():
    """Return the instructions of each stage, in order: what it begins from first."""
    found = []
    for word, argument in _instructions(TEXT):
        if word == "FROM":
            found.append([])
        if found:
            found[-1].append((word, argument))
    return found
