"""Bandwidth's Python SDK as somebody else's program: it runs in its own environment, against any base URL."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

PYTHON = Path(__file__).parents[1] / ".sdk" / "bin" / "python"
_SCRIPT = Path(__file__).parent / "sdk" / "calls.py"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_WORDING = re.compile(r"(?<= Iris error: ).*", re.DOTALL)
_SERVER = re.compile(r"http://127\.0\.0\.1:\d+")


async def seen(url, account, credentials, *parts):
    """Make all calls, or those of some parts; returns what the SDK made of each answer, by the call's name."""
    if not PYTHON.exists():
        pytest.fail("Bandwidth's SDK has an environment of its own, which is not there: `make sdk` builds it.")
    command = [str(PYTHON), str(_SCRIPT), f"{url}/api", account, *parts]
    done = await asyncio.to_thread(
        subprocess.run, command, input=json.dumps(credentials), text=True, capture_output=True, timeout=100
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return json.loads(done.stdout)


def nameless(value):
    """Return what was seen without ids, times, addresses of servers, and the wording of refusals.

    Who refuses words it: of one mistake, Bandwidth says that a value is invalid, and we which ones are taken. What a
    program may act on stays: the elements that lead to the code, and the code.
    """
    if isinstance(value, dict):
        # what is left of a subscription's life is a time
        return {name: nameless(each) for name, each in value.items() if name != "expiry"}
    if isinstance(value, list):
        return [nameless(each) for each in value]
    if not isinstance(value, str):
        return value
    if value.startswith("<?xml"):
        return " ".join(_refusal(ET.fromstring(value)))
    return _SERVER.sub("SERVER", _TIME.sub("TIME", _ID.sub("ID", _WORDING.sub("WORDS", value))))


def _refusal(root):
    """The root of a refusal, and its own code; a request that is repeated below it decides nothing."""
    status = root.find("ResponseStatus")
    return [root.tag, *(each.tag if each.tag == "Description" else f"{each.tag} {each.text}" for each in status)]
