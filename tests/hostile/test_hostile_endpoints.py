"""Endpoints and replays that ask for hundreds of thousands of types: refused in one sentence."""

from __future__ import annotations

import json

import pytest
from event_steps import door

MANY = 400_000
URL = "https://hooks.example.com/bandwidth"
#: by what is too much of it: the body, and the place that is told
LARGE = {
    "types": ({"types": ["x"] * MANY}, "/types"),
    "types of no text": ({"types": [{}] * MANY}, "/types"),
    "types in types": ({"types": [["x"] * MANY]}, "/types/0"),
    "a few too many": ({"types": ["x"] * 51}, "/types"),
    "names": ({f"a{at}": 1 for at in range(MANY // 3)}, ""),
}


def asked(body):
    content = json.dumps(body, separators=(",", ":"))
    return {"content": content, "headers": {"Content-Type": "application/json"}}


async def told(answer, problem):
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{problem}")
    assert len(answer.content) < 10_000
    (error,) = answer.json()["errors"]
    return error["pointer"]


@pytest.mark.parametrize(("body", "place"), LARGE.values(), ids=LARGE)
async def test_what_is_too_much_is_one_error(target, body, place):
    endpoint = (await target.api.post(door(target), json={"url": URL})).json()
    path, since = door(target, endpoint), {"since": "2026-01-01T00:00:00Z"}

    assert await told(await target.api.post(door(target), **asked({"url": URL} | body)), "invalid-endpoint") == place
    assert await told(await target.api.patch(path, **asked(body)), "invalid-endpoint") == place
    assert await told(await target.api.post(f"{path}/replay", **asked(since | body)), "invalid-replay") == place


async def test_too_many_kinds_are_one_error_too(target):
    for kinds in (["lidb"] * 51, ["x"] * MANY):
        answer = await target.api.post(door(target), **asked({"url": URL, "kinds": kinds}))
        assert await told(answer, "invalid-endpoint") == "/kinds"


async def test_an_answer_lists_a_thousand_faults_at_most(target):
    answer = await target.api.post(door(target), json={"url": URL, **{f"a{at}": 1 for at in range(1_500)}})
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 1_000)
