from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from service.identifiers import new_id
from service.tracing import trace
from service.tracing.trace import Trace

ID, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("traceparent", "sampled"),
    [
        (f"00-{ID}-{SPAN}-01", True),
        (f"00-{ID}-{SPAN}-00", False),
        (f"00-{ID}-{SPAN}-03", True),
        (f"01-{ID}-{SPAN}-01-what-a-later-version-adds", True),
        (f"cc-{ID}-{SPAN}-00", False),
    ],
)
def test_a_traceparent_of_this_or_a_later_version_is_read(traceparent, sampled):
    assert Trace.read(traceparent) == Trace(ID, SPAN, sampled)


NONE = [
    *("", "-", "00", f"00-{ID}", f"{ID}-{SPAN}", f"00-{ID}-{SPAN}", f"00-{ID}-{SPAN}-", f"00-{ID}-{SPAN}-1"),
    *(f"00-{ID.upper()}-{SPAN}-01", f"00-{ID}-{SPAN}-0g", f"00-{ID[:-1]}-{SPAN}-01", f"00-{ID}0-{SPAN}-01"),
    *(f"00-{'0' * 32}-{SPAN}-01", f"00-{ID}-{'0' * 16}-01", f"ff-{ID}-{SPAN}-01", f"00-{ID}-{SPAN}-01-more"),
    *(f"00-{ID}-{SPAN}-01, 00-{ID}-{SPAN}-01", f" 00-{ID}-{SPAN}-01 x", f"00_{ID}_{SPAN}_01", f"00-{ID}-{SPAN}-01\n"),
    *(f"01-{ID}-{SPAN}-01-{'x' * 60_000}", f"00-{'٤' * 32}-{SPAN}-01", "\xff" * 55),
]


@pytest.mark.parametrize("traceparent", NONE)
def test_whatever_has_another_form_is_no_trace(traceparent):
    assert Trace.read(traceparent) is None
    made = trace.of_headers([traceparent])
    assert made.is_new
    assert Trace.read(str(made)) == Trace(made.id, made.span_id)


def test_a_request_that_names_several_traces_names_none():
    assert trace.of_headers([f"00-{ID}-{SPAN}-01"] * 2).id != ID
    assert trace.of_headers([]).is_new
    assert trace.of_headers([f" 00-{ID}-{SPAN}-01\t"]) == Trace(ID, SPAN)


def test_what_is_written_is_read_back():
    for sampled in (True, False):
        assert Trace.read(str(Trace(ID, SPAN, sampled))) == Trace(ID, SPAN, sampled)


def test_an_order_that_was_given_no_trace_has_one_by_its_id_always_the_same():
    order_id = new_id()
    made = Trace.kept(order_id)
    assert made == Trace.kept(order_id)
    assert made.id == order_id.replace("-", "")
    assert Trace.read(str(made)) is not None


async def test_each_task_works_under_its_own():
    with trace.under(Trace(ID, SPAN)):
        other = asyncio.create_task(_begin(Trace.new()))
        assert (await other).id != ID
        assert trace.current() == Trace(ID, SPAN)
    assert trace.current() is None


async def _begin(made):
    trace.begin(made)
    return trace.current()


FORKED = r"""
import os
from service.tracing.trace import Trace
Trace.new()
child = os.fork()
os.write(1, f"{Trace.new().id}\n".encode())
if child:
    os.waitpid(child, 0)
"""


def test_processes_that_were_one_begin_different_traces():
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    assert len({*done.stdout.split()}) == 2


def test_a_new_trace_has_the_form_that_others_read():
    made = [Trace.new() for _ in range(1000)]
    assert len({each.id for each in made} | {each.span_id for each in made}) == 2000
    assert all(Trace.read(str(each)) == Trace(each.id, each.span_id) for each in made)
