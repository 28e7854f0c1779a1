"""The judge of witnesses sees double work and early bells where there are some, and none where there are none."""

from __future__ import annotations

import pytest
import witness


def claimed(fence, at, pid=1):
    return {"what": "claimed", "order": "a", "fence": fence, "at": at, "ends": at + 3, "pid": pid}


def did(what, fence, at):
    return {"what": what, "order": "a", "fence": fence, "at": at, "pid": 1}


def rang(at, order="a", step="submit"):
    return {"what": "rang", "order": order, "step": step, "at": at, "pid": 1}


GOOD = [
    [claimed(1, 0), did("wrote", 1, 1), did("reported", 1, 1.1), claimed(2, 1.2, 2), did("wrote", 2, 1.3)],
    [claimed(1, 0), claimed(2, 3.1, 2), did("reported", 1, 3.2)],
    [claimed(1, 0), did("wrote", 1, 2.9), claimed(2, 3.1, 2)],
]
DOUBLED = [
    ([claimed(1, 0), claimed(1, 0.5, 2)], "was given to 1 and 2"),
    ([claimed(1, 0), claimed(2, 1, 2)], "claimed it while 1 held it"),
    ([claimed(1, 0), claimed(2, 1, 2), did("reported", 1, 2)], "claimed it while 1 held it"),
    ([claimed(1, 0), claimed(2, 3.1, 2), did("wrote", 1, 3.2)], "wrote under fence 1 after another"),
]


@pytest.mark.parametrize("told", GOOD)
def test_one_after_the_other_is_no_double_work(told):
    assert [*witness.doubled_work(told)] == []


@pytest.mark.parametrize(("told", "said"), DOUBLED)
def test_double_work_is_seen(told, said):
    (found,) = witness.doubled_work(told)
    assert said in found


def test_an_order_that_is_rung_for_twice_within_a_lease_is_seen():
    told = [rang(0), rang(0, "b"), rang(1, step="check"), rang(3), rang(5)]
    assert [*witness.rung_early(told, 3)] == ["a: 1 and 1 rang within 2.00 s"]
