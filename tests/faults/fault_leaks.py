"""What no log may show: passcodes, secrets of the run, whole telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

_NUMBER = re.compile(r"(?<![0-9a-fA-F])\d{10}(?![0-9a-fA-F])")
#: what credentials hold besides secrets
_PUBLIC = {"callback_username", "sandbox_client_id", "sandbox_username"}


def leaks(logs: Path, credentials, numbers: set[str], passcodes: Iterable[str]) -> Iterator[str]:
    """Yield one sentence for each line of a log that shows any of them."""
    secrets = {value: name for name, value in asdict(credentials).items() if name not in _PUBLIC}
    secrets |= dict.fromkeys(passcodes, "a passcode")
    wanted = re.compile("|".join(map(re.escape, secrets)))
    for path in sorted(logs.iterdir()):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            secret = wanted.search(line)
            if secret:
                yield f"{path}:{number} shows {secrets[secret[0]]}"
            if any(found in numbers for found in _NUMBER.findall(line)):
                yield f"{path}:{number} shows a whole telephone number"
