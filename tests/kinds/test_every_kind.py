"""What every kind on the shelf must do, by name: sent right, understood right, found again, and proved at the end."""

from __future__ import annotations

import json
import re

import pytest
import rig
from kind_cases import CASES, answer, body_of, converse, order_of, sent
from published import GUIDE

from service import xml
from service.exchange import Broken, NotSent
from service.kinds import shelf
from service.lifecycle import TERMINAL, Source, State, may_enter

KINDS = sorted(shelf())
#: the sections of the guide, and the kind that each of them describes
SECTIONS = {
    "tn-options": ("TnOptions Request Body Fields", "Examples"),
    "lidb": ("LIDBS Request Body Fields", "Example"),
    "dlda": ("DLDA Fields", "Examples"),
}
SHAPES = {
    "ResponseStatus": "<R><ResponseStatus><ErrorCode>4242</ErrorCode><Description>No.</Description></ResponseStatus>"
    "</R>",
    "Status and ErrorList": "<R><Status><Code>400</Code><Description>Failed.</Description></Status><ErrorList><Error>"
    "<Code>4242</Code><Description>No.</Description></Error></ErrorList></R>",
    "Errors": "<R><Errors><Code>4242</Code><Description>No.</Description></Errors></R>",
    "Error": "<R><Error><Code>4242</Code><Description>No.</Description></Error></R>",
}


def test_every_kind_is_told_of_here_and_nothing_else_is():
    assert sorted(CASES) == KINDS


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_an_example_a_line_and_a_ladder(name):
    kind = shelf()[name]
    order, request = order_of(name, kind.example)

    assert kind.subjects(request)
    assert all(subject and " " not in subject for subject in kind.subjects(request))
    assert kind.looks
    assert list(kind.looks) == sorted(kind.looks)
    assert bool(kind.callback_names) == bool(kind.subscription_names) == CASES[name].called_back
    assert {each.lower() for each in kind.subscription_names} <= set(kind.callback_names)
    assert order.account_id


@pytest.mark.parametrize(
    ("name", "element"), [(name, element) for name in KINDS for element in CASES.get(name, CASES["lidb"]).fields]
)
def test_every_field_is_sent_under_its_element(name, element):
    pointer, value, path, text = CASES[name].fields[element]

    _, root = sent(name, body_of(name, pointer, value))

    assert xml.text(root, *path.split("/")) == text


@pytest.mark.parametrize("name", SECTIONS)
def test_every_field_of_the_guides_table_is_known(name):
    if not GUIDE.exists():
        pytest.skip("Bandwidth's guide is not beside the repository")
    begin, end = SECTIONS[name]
    table = GUIDE.read_text().partition(f"\n{begin}\n")[2].partition(f"\n{end}\n")[0]
    named = set(re.findall(r"\| <(\w+)> \|", table)) or set(re.findall(r"^(\w+) \|", table, re.MULTILINE)) - {"Name"}

    assert len(named) >= 7
    assert named - CASES[name].holders - set(CASES[name].fields) == set()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_an_error_ends_the_order_with_its_code(name, shape):
    for status in (400, 409):
        _, report = converse(_submit(name), CASES[name], answer(SHAPES[shape], status))

        if report.conflict:
            continue
        assert (report.state, report.errors[0].code) == (State.REJECTED, "4242")
        assert report.outcomes.default.outcome == "failed"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (answer("", 401), State.ACCEPTED),
        (answer("", 429), State.ACCEPTED),
        (NotSent("no route"), State.ACCEPTED),
        (answer("", 403), State.NEEDS_ATTENTION),
        (answer("<html>proxy</html>", 400), State.NEEDS_ATTENTION),
        (answer("", 500), State.UNCERTAIN),
        (answer("", 302), State.UNCERTAIN),
        (Broken("reset"), State.UNCERTAIN),
    ],
    ids=["401", "429", "not sent", "403", "proxy", "500", "302", "reset"],
)
def test_every_answer_that_is_none_leaves_the_order_where_it_can_go_on(name, reply, state):
    _, report = converse(_submit(name), CASES[name], reply)

    assert report.state is state
    assert state in TERMINAL or may_enter(Source.SUBMIT, report.state)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("reply", [answer("", 404), answer("", 500), answer("<x/>"), answer("", 401)], ids=str)
def test_no_failure_of_a_look_ends_an_order(name, reply):
    kind = shelf()[name]
    order, request = order_of(name, kind.example, state=State.RECEIVED, bandwidth_order_id="b" * 8)
    conversation = kind.check(order, request)
    next(conversation)
    try:
        while True:
            conversation.send(reply)
    except StopIteration as end:
        report = end.value

    assert (report.source, report.state, report.failed) == (Source.CHECK, None, True)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("callbacks", ["with callbacks", "without callbacks"])
async def test_every_example_goes_round(valkey, name, callbacks):
    kind = shelf()[name]
    async with rig.world(valkey.url, sandbox={"pace": 0.2}) as world:
        if callbacks == "with callbacks" and kind.subscription_names:
            await world.subscribe(kind.subscription_names[0])
        else:
            await world.faults(drop_callbacks=1.0)
        order = await submit(world, name)

        done = await world.ended(order["id"])

        assert done["state"] == "complete", done
        numbers = await world.numbers(order["id"])
        assert {each["outcome"] for each in numbers.values()} <= {"complete"}
        assert len(numbers) == done["counts"]["total"] == done["counts"]["complete"]
        documents = (await world.api.get(done["links"]["documents"])).json()["documents"]
        assert {"sent", "received"} == {each["direction"] for each in documents}
        heard = [each for each in await world.timeline(order["id"]) if each["source"] == "callback"]
        assert bool(heard) == (callbacks == "with callbacks" and CASES[name].called_back)
        assert [each["posts"] for each in await world.ledger()] == [1]


@pytest.mark.parametrize("name", KINDS)
async def test_every_submission_whose_answer_is_lost_is_found_and_sent_once(world, name):
    await world.faults(accept_then_reset=1.0)
    order = await submit(world, name)
    await world.until(order["id"], "uncertain", "received", "processing", *TERMINAL)
    assert "answer_lost" in [each["event"] for each in await world.timeline(order["id"])]
    await world.faults()

    done = await world.ended(order["id"])

    assert done["state"] == "complete"
    assert [each["posts"] for each in await world.ledger()] == [1]


@pytest.mark.parametrize("name", KINDS)
async def test_every_submission_that_never_arrived_is_sent_again_after_its_searches(world, name):
    await world.faults(reset_before_accept=1.0)
    order = await submit(world, name)
    await world.until(order["id"], "uncertain")
    await world.faults()

    done = await world.ended(order["id"], seconds=30)

    assert done["state"] == "complete"
    assert [each["event"] for each in await world.timeline(order["id"])].count("not_found") >= 4


async def submit(world, name):
    answered = await world.api.post(f"{world.orders}/{name}", content=json.dumps(shelf()[name].example), headers=JSON)
    assert answered.status_code == 202, answered.text
    return answered.json()


JSON = {"Content-Type": "application/json"}


def _submit(name):
    return shelf()[name].submit(*order_of(name, shelf()[name].example))
