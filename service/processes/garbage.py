"""Python's search for garbage in cycles, suited to a process that lives long and makes little of it.

By default it looks through what is young every 700 new objects, a few requests, and through all modules again and
again. What a request leaves behind is mostly freed without it.
"""

from __future__ import annotations

import gc
from typing import Final

#: objects made and not freed between two looks at the young ones; older ones are looked at as rarely in proportion
YOUNG: Final = 20_000


def settle() -> None:
    """Pass over what is there for good from now on: call it once all is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
