"""The picture of an order's life: its scale, its lanes, and the XML beside it, without a server."""

from __future__ import annotations

import pytest

from service.carrier_catalogue import explained
from service.dashboard.order import xml_lines
from service.dashboard.order.moments import moments
from service.dashboard.order.picture import picture
from service.dashboard.order.scale import Scale
from service.dashboard.order.standing import notices
from service.dashboard.order.steps import steps
from service.kinds import dlda, lidb, tn_options
from service.lifecycle import State
from service.order import Attention, Order, Waiting

DAY = 86_400_000


ORDER = {
    "id": "1",
    "account_id": "a",
    "kind": "lidb",
    "version": 3,
    "origin": "api",
    "customer_order_id": None,
    "telephone_numbers": ("2015551234",),
    "request": {},
    "secrets": None,
    "metadata": {},
    "created_at": 1_000,
    "updated_at": 3 * DAY,
    "first_sent_at": 1_050,
}


def order(state=State.COMPLETE, **more):
    values = ORDER | more
    return Order(state=state, **values)


def entry(at, source, state, event="checked", **more):
    return {"at": at, "source": source, "event": event, "state": state, "version": 1, **more}


LIFE = [
    entry(1_000, "api", "accepted", "accepted"),
    entry(1_100, "submit", "received", "sent"),
    entry(1_200, "callback", "processing", "callback", last_modified="2026-01-01T00:00:02Z"),
    entry(1_300, "callback", "processing", "callback", last_modified="2026-01-01T00:00:01Z"),
    {"at": 1_250, "source": "history", "event": "history", "detail": "theirs"},
    entry(2 * DAY, "check", "complete"),
]


def test_a_wait_of_days_leaves_room_for_what_took_milliseconds():
    drawn = picture(order(completed_at=2 * DAY), steps(LIFE, []), 3 * DAY)
    assert [lane.label for lane in drawn.lanes] == [
        *("accepted", "submitting", "received", "processing", "complete", "callbacks", "checks"),
    ]
    assert all(bar.width >= 0.7 and 0 <= bar.x <= 100 - bar.width + 1e-9 for lane in drawn.lanes for bar in lane.bars)
    (wait,) = drawn.labelled
    assert wait.took == 2 * DAY - 1_300
    assert drawn.lanes[2].bars[0].width > 1
    assert drawn.said == (
        "accepted for 50 ms; then submitting for 50 ms; then received for 100 ms; then processing for 1 d 23 h; "
        "then complete. callbacks: 2. checks: 1. waits drawn shorter than they were: 1."
    )


def test_what_bandwidth_said_before_is_overtaken_and_drawn_so():
    told = steps(LIFE, [])
    assert [step.idle[:9] for step in told if step.source == "callback"] == ["", "overtaken"]
    assert [mark.is_idle for lane in picture(order(), told, DAY).lanes for mark in lane.marks] == [False, True, False]


@pytest.mark.parametrize("state", State)
def test_an_order_without_a_timeline_is_drawn_all_the_same(state):
    drawn = picture(order(state, first_sent_at=None, updated_at=1_000), [], 5_000)
    assert len(drawn.lanes) == 1
    assert moments(order(state))[0].name == "Accepted"


def test_a_scale_keeps_the_order_of_moments_and_their_distances():
    scale = Scale([10, 0, 30, 30])
    assert [round(scale.place(each), 3) for each in (0, 10, 30)] == [0, 33.333, 100]
    assert scale.shortened() == []
    assert Scale([7]).place(7) == 0


def test_whatever_an_order_waits_for_is_said_with_what_to_do():
    away = Waiting("down: Bandwidth cannot be reached.", 9)
    told = notices(
        order(
            *(State.UNCERTAIN,),
            waiting=away,
            announced="FAILED",
            aside_since=5,
            attention=Attention("new_word", "Do it."),
        )
    )
    assert [each.title for each in told] == [
        *("Needs a person: new word", "Waits", "Bandwidth may or may not have it", "FAILED was announced"),
        "Stands in no line",
    ]
    assert (told[1].text, told[1].until) == ("Bandwidth cannot be reached.", 9)
    (crowded,) = notices(order(State.RECEIVED, waiting=Waiting("not sent again: its lines are full")))
    assert crowded.text == "Not sent again: its lines are full"
    assert notices(order(waiting=away)) == []


@pytest.mark.parametrize(
    ("document", "shown"),
    [
        ('<a x="1"><b>t</b></a>', [("tag", "<a"), ("", " "), ("name", "x="), ("value", '"1"'), ("tag", ">")]),
        ("<html><b>cut", [("tag", "<html><b>"), ("", "cut")]),
        ("no xml <b>", [("", "no xml <b>")]),
        ("<a>&lt;b&gt;</a>", [("tag", "<a>"), ("", "&lt;b&gt;"), ("tag", "</a>")]),
        ("< a <", [("", "< a <")]),
    ],
)
async def test_xml_is_told_apart_by_its_parts_and_loses_nothing(document, shown):
    found = await xml_lines.lines(document)
    assert [tuple(token) for token in found.lines[0]] == shown


async def test_a_long_document_and_a_long_line_are_cut():
    found = await xml_lines.lines("<a>" + "<b>1</b>" * 20_000 + "</a>")
    assert (len(found.lines), found.more) == (200, 20_002 - 200)
    (line,) = (await xml_lines.lines("<a>" + "x" * 5_000 + "</a>")).lines
    assert "".join(token.text for token in line).endswith("… (5007 characters)")
    assert (await xml_lines.lines("")).lines == ()


def test_every_code_after_which_a_kind_may_be_tried_again_is_explained():
    for kind in (tn_options, lidb, dlda):
        codes = kind._AT_BANDWIDTH.retryable
        assert [code for code in codes if explained(code) is None] == []
    assert explained(None) is None
    assert explained("0") is None
