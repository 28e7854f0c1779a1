"""The tables of deploy/CAPACITY.md follow from its figures, and its alerts exist."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from service.settings import Settings
from service.store.server import convoy
from service.store.server.connecting import GUESTS
from service.store.server.patience import AT_ONCE

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "deploy" / "CAPACITY.md").read_text()
#: by title: what stands below it
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
FIGURES = {
    name: float(value) for name, value in re.findall(r"^\| (\w+) \| ([\d.]+) \|", SECTIONS["Figures"], re.MULTILINE)
}
SIZES = (10, 1_000, 100_000)
#: fields of Settings that figures are the values of
SETTINGS = {"flight": "exchanges", "rate": "rate", "documents_days": "document_days", "events_days": "event_days"}


def _formulas(section):
    """Return the formulas of a section, by what they are of, as programs."""
    found = re.findall(r"^\| ([^|`]+) \| `([^`]+)`", SECTIONS[section], re.MULTILINE)
    return {name: compile(formula, name, "eval") for name, formula in found}


def _worked(section, a_minute, **more):
    """Work out the formulas of a section for so many orders a minute."""
    known = {"N": a_minute, "min": min} | FIGURES | more
    return [eval(each, {"__builtins__": {}}, known) for each in _formulas(section).values()]


def _told(section, orders):
    """Return the row of a section's table for so many orders a minute, as it is written."""
    (row,) = re.findall(rf"^\| {orders:,} \| (.+) \|$", SECTIONS[section], re.MULTILINE)
    return row.split(" | ")


def _written(value):
    """Write a value as the tables do: two digits at least, no more than one place after the point from 1 on."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _at_least(least, values):
    return [f"{max(one, math.ceil(value)):,}" for one, value in zip(least, values, strict=True)]


every_size = pytest.mark.parametrize("orders", SIZES)


@every_size
def test_processes_follow_from_the_figures(orders):
    assert _told("How many processes", orders) == _at_least((1, 2, 2), _worked("How many processes", orders))


@every_size
def test_memory_follows_from_the_figures(orders):
    each = _worked("Memory", orders)
    assert _told("Memory", orders) == [_written(value) for value in (*each, sum(each))]


@every_size
@pytest.mark.parametrize("section", ["Fsyncs", "Network"])
def test_what_a_second_brings_follows_from_the_figures(section, orders):
    assert _told(section, orders) == [_written(value) for value in _worked(section, orders)]


@every_size
def test_primaries_are_what_memory_fsyncs_and_processors_need_at_most(orders):
    needs = _worked("Primaries", orders, all=sum(_worked("Memory", orders)))
    assert _told("Primaries", orders) == _at_least((1,) * 4, (*needs, max(needs)))


def test_calls_that_travel_together_need_fewer_fsyncs_and_no_more_travel_than_do():
    assert 1 < FIGURES["together"] <= convoy.LANES * convoy.MOST_CALLS
    words = " ".join(SECTIONS["Fsyncs"].split())
    assert "four round trips to a server under way at most" in words
    assert "64 calls at most" in words
    assert (convoy.LANES, convoy.MOST_CALLS) == (4, 64)


def test_a_worker_sends_no_more_than_its_slots_allow():
    assert FIGURES["submit_at_300"] <= FIGURES["flight"] / 0.3


def test_the_settings_are_the_products_own():
    fields = Settings.model_fields
    assert {name: FIGURES[name] for name in SETTINGS} == {
        name: fields[field].default for name, field in SETTINGS.items()
    }
    assert FIGURES["days"] == min(each.ge for each in fields["retention_days"].metadata if hasattr(each, "ge"))
    assert (AT_ONCE, GUESTS) == (16, 48)


def test_every_figure_is_used():
    formulas = " ".join(re.findall(r"`([^`]+)`", TEXT.partition("## How many")[2]))
    assert [name for name in FIGURES if not re.search(rf"\b{name}\b", formulas)] == ["flight"]


def test_every_alert_that_it_names_exists():
    alerts = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text()
    named = set(re.findall(r"`(OrderTracker\w+)`", TEXT))
    assert len(named) >= 5
    assert [each for each in named if f"alert: {each}\n" not in alerts] == []
