"""The runbook: a section for each alert and no other, and nothing in it that is not there at 3 a.m."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml
from promtool import DEPLOY, RULES

from service.api import public, routes

ROOT = Path(__file__).parents[2]
RUNBOOK = (DEPLOY / "RUNBOOK.md").read_text()
#: by title: what stands below it
SECTIONS = dict(re.findall(r"^#{2,3} ([^\n]+)\n(.*?)(?=^##|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
ABOUT_ALERTS = {title: text for title, text in SECTIONS.items() if title.startswith("OrderTracker")}
DRILLS = RUNBOOK.partition("\n## Drills\n")[2].split("\n### ")[1:]
#: what each section says of its alert, in this order; then what never to do, and what to tell Bandwidth, if anything
PARTS = ["Means", "Users see", "Look", "Do"]
MORE = ["Never", "Tell Bandwidth"]


def test_every_alert_has_its_section_and_every_section_its_alert():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    alerts = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]
    assert sorted(ABOUT_ALERTS) == sorted(alerts)


def test_every_section_says_what_it_means_what_users_see_where_to_look_and_what_to_do():
    for title, text in ABOUT_ALERTS.items():
        said = re.findall(r"^\* \*\*([A-Z][\w ]+):\*\* \S", text, re.MULTILINE)
        assert said == PARTS + [each for each in MORE if each in said], title


def test_every_drill_says_what_was_measured_or_expected_and_when_it_is_passed():
    assert len(DRILLS) >= 7
    assert [
        drill.splitlines()[0] for drill in DRILLS if "\nPassed: " not in drill and "\nMeasured: " not in drill
    ] == []


def test_every_line_of_the_log_that_it_names_is_written_somewhere():
    named = {each for each in re.findall(r"`([a-z]+\.[a-z_]+)`", RUNBOOK) if not each.endswith((".spool", ".yml"))}
    code = "".join(path.read_text() for folder in ("service", "workers") for path in (ROOT / folder).rglob("*.py"))
    assert len(named) >= 10
    assert [line for line in sorted(named) if f'"{line}"' not in code] == []


def test_every_panel_that_it_sends_to_is_on_the_dashboard():
    panels = json.loads((DEPLOY / "grafana" / "order-tracker.json").read_text())["panels"]
    named = set(re.findall(r"Grafana, ((?:\"[^\"]+\"(?: and )?)+)", RUNBOOK))
    titles = {title for each in named for title in re.findall(r"\"([^\"]+)\"", each)}
    rows = set(re.findall(r"row ([A-Z]\w+)", RUNBOOK))
    assert titles
    assert titles | rows <= {each["title"] for each in panels}


def test_every_address_of_ours_that_it_asks_is_served():
    served = {re.sub(r"\{[^}]*\}", "A", each.path) for each in (*public.operations(), *routes.operations())}
    asked = re.findall(r"(?:\$ORDER_TRACKER_URL|http://INSTANCE)(/[\w/$]+)", RUNBOOK)
    assert len(asked) >= 2
    assert {each.replace("$ORDER_TRACKER_ACCOUNT", "A") for each in asked} <= served
