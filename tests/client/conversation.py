"""Leads a call of the client by hand: what its steps are answered, without sockets, clocks or chance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from service.client import ConnectionFailed
from service.client.attempts import Patience
from service.client.exchange import Item, Open, Pause, Request, Response, resumed
from service.client.operations import Operations
from service.client.target import Target

LOST = ConnectionFailed("lost", sent=True)
UNREACHED = ConnectionFailed("unreached", sent=False)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self):
        return self.now


@dataclass
class Led:
    """What a call asked for, and what it came to."""

    steps: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    result: Any = None

    @property
    def requests(self):
        return [each for each in self.steps if isinstance(each, Request)]

    @property
    def streams(self):
        return [each.request for each in self.steps if isinstance(each, Open)]

    @property
    def pauses(self):
        return [each.seconds for each in self.steps if isinstance(each, Pause)]


class Calls(Operations):
    """A tracker without a driver; its methods on the class are the conversations."""

    def __init__(self, clock=None, **patience):
        self.clock = clock or Clock()
        self._target = Target("http://tracker", "a-token", "9900000")
        self._patience = Patience(clock=self.clock, dice=lambda: 1.0, **patience)

    def lead(self, name, *args, answers, items=None, seconds=0.0, **kwargs):
        """Lead a call: each request takes so many seconds and gets the next answer; ends at so many items."""
        return self.lead_talk(getattr(Operations, name)(self, *args, **kwargs), answers, items, seconds)

    def lead_talk(self, talk, answers, items=None, seconds=0.0):
        led, outcome, left = Led(), None, iter(answers)
        while items is None or len(led.items) < items:
            try:
                step = resumed(talk, outcome)
            except StopIteration as end:
                led.result = end.value
                break
            outcome = self._outcome(step, led, left, seconds)
        assert list(left) == [], "it asked for less"
        return led

    def _outcome(self, step, led, left, seconds):
        if isinstance(step, Item):
            led.items.append(step.value)
            return None
        led.steps.append(step)
        if isinstance(step, Pause):
            self.clock.now += step.seconds
            return None
        self.clock.now += seconds
        answer = next(left)
        return answer(step) if callable(answer) else answer


def good(body, status=200, **headers):
    return Response(status, {"content-type": "application/json", **_names(headers)}, json.dumps(body).encode())


def problem(status, slug="some-problem", body=None, **headers):
    said = {"type": f"/problems/{slug}", "status": status, "title": "A title.", "detail": "A detail.", **(body or {})}
    return Response(status, {"content-type": "application/problem+json", **_names(headers)}, json.dumps(said).encode())


def foreign(status, **headers):
    return Response(status, {"content-type": "text/html", **_names(headers)}, b"<h1>nginx</h1>")


def order(state="accepted", version=1, **more):
    return {"id": "an-order", "kind": "tn-options", "state": state, "version": version, **more}


def _names(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}
