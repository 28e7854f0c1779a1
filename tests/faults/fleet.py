"""A run of many machines: three APIs at addresses of their own, eight workers, three clocks, one store, one sandbox."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import redis
from fault_child import Child
from fault_run import FaultRun

from service.bells import WORKS, queue
from service.local.environment import ACCOUNT
from service.local.ports import HOST, listen

if TYPE_CHECKING:
    from service.processes.program import Program

#: workers of submit and of check, each; two more deliver
_WORKERS: Final = 3
_OTHER_PORTS: Final = 8_290


class Fleet(FaultRun):
    """All its workers and clocks are witnesses: `told` is the file in which they tell (`witness.py`)."""

    def __init__(self, seed: int, **told: str):
        super().__init__(workers=_WORKERS, seed=seed, **told)
        self.told: Path = self.root / "told.jsonl"
        self._sockets = [listen(_OTHER_PORTS) for _ in range(2)]
        self.apis = [self.api]
        for number, each in enumerate(self._sockets, 2):
            self._add(f"api-{number}", _listening(self.children["api"].program, each.fileno()))
            self.apis.append(f"http://{HOST}:{each.getsockname()[1]}/v1/accounts/{ACCOUNT}")
            self._add(f"clock-{number}", self.children["clock"].program)
        self._add("worker-deliver-2", self.children["worker-deliver-1"].program)
        self.alter("worker", **told, WITNESS=str(self.told))
        self.alter("clock", **told, WITNESS=str(self.told))

    def bells(self) -> dict[str, int]:
        """Count the bells that wait, by queue."""
        with redis.Redis.from_url(self.parts.addresses.redis) as client:
            return {work: queue(work, client).count for work in WORKS}

    def end(self, *, keep: bool):
        for each in self._sockets:
            each.close()
        super().end(keep=keep)

    def _add(self, name: str, like: Program):
        self.children[name] = Child(replace(like, name=name, log=self.logs / f"{name}.log"))


def _listening(api: Program, descriptor: int) -> Program:
    *command, _ = api.argv
    *others, _ = api.descriptors
    return replace(api, argv=(*command, str(descriptor)), descriptors=(*others, descriptor))
