"""Slots: so many conversations at once; what is left of an order after its answer holds up no other one."""

from __future__ import annotations

import asyncio

import pytest

from workers.slots import APART_SECONDS, Slots


async def test_a_slot_that_is_given_back_early_is_free_though_its_task_goes_on():
    slots, ended = Slots(2), asyncio.Event()
    slot = slots.take()
    slots.start(_until(ended), slot)
    assert slots.room == 3

    slot.give_back()
    slot.give_back()
    await asyncio.wait_for(slots.change(5), 15)

    assert slots.room == 4
    assert slots.is_busy
    ended.set()
    await slots.end()
    assert (slots.room, slots.is_busy) == (4, False)


async def test_a_task_that_ends_or_fails_gives_its_slot_back():
    slots = Slots(1)
    slots.start(asyncio.sleep(0))
    assert slots.room == 1
    await asyncio.wait_for(slots.change(5), 15)
    assert slots.room == 2


async def test_tasks_that_only_report_are_bounded_too():
    slots, ended = Slots(2), asyncio.Event()
    for _ in range(4):
        slot = slots.take()
        slots.start(_until(ended), slot)
        slot.give_back()

    assert slots.room == 2
    ended.set()
    await slots.end()


async def test_a_change_is_waited_for_so_long_at_most():
    slots, ended = Slots(1), asyncio.Event()
    slots.start(_until(ended))
    await asyncio.wait_for(slots.change(0.01), 15)
    assert slots.room == 1
    ended.set()
    await slots.end()


async def test_the_pace_is_that_of_slots_that_were_held_of_late():
    slots = Slots(4)
    assert slots.pace == 0
    slots.start(asyncio.sleep(0.02))
    await slots.end()
    await asyncio.sleep(0)
    assert 0 < slots.pace < 0.02


@pytest.mark.parametrize(("held", "soon"), [(0.0, 8), (0.000_1, 64), (0.016, 25), (1.0, 8)])
async def test_as_many_are_handed_out_at_once_as_begin_soon(held, soon):
    slots = Slots(4)
    slots._held = held
    assert slots.soon == soon


async def test_nobody_is_taken_once_they_are_stopping():
    assert Slots(4, lambda: True).room == 0


async def test_a_few_are_taken_ahead_and_begin_in_line_once_a_slot_is_given_back():
    slots = Slots(1)
    first, second = slots.take(), slots.take()
    assert await first.comes(0)
    assert not await second.comes(0)
    assert slots.room == 0

    first.give_back()

    assert await second.comes(1)
    assert slots.room == 1
    second.give_back()
    assert slots.room == 2


async def test_more_are_claimed_once_few_are_left_in_line():
    slots = Slots(8)
    begun = [slots.take() for _ in range(8)]
    rooms = []
    for _ in range(8):
        slots.take()
        rooms.append(slots.room)
    assert rooms == [7, 6, 5, 4, 0, 0, 0, 0]
    for each, room in zip(begun, (0, 0, 0, 4, 5), strict=False):
        each.give_back()
        assert slots.room == room


async def test_slots_begin_a_moment_apart():
    slots = Slots(8)
    slots._held = 8.0
    made = [slots.take() for _ in range(8)]
    for each in made:
        assert await each.comes(1)
    moments = [each.taken_at for each in made]
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] >= 5 * APART_SECONDS


async def test_who_ends_in_line_leaves_it():
    slots = Slots(1)
    first, second, third = (slots.take() for _ in range(3))
    second.give_back()
    first.give_back()
    assert await third.comes(1)
    assert not second.is_dismissed


async def test_who_waits_in_line_can_be_sent_away():
    slots = Slots(1)
    first, second = slots.take(), slots.take()
    slots.dismiss()
    assert await second.comes(1)
    assert (first.is_dismissed, second.is_dismissed) == (False, True)
    first.give_back()
    assert slots.room == 2


async def _until(event):
    await event.wait()
