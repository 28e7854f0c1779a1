"""The dashboard for Grafana: every panel explains itself, reads what the product tells, and stands in nobody's way."""

from __future__ import annotations

import json
from itertools import combinations

import yaml
from promtool import DEPLOY, promtool
from published_metrics import LABELS, names, strange

DASHBOARD = json.loads((DEPLOY / "grafana" / "order-tracker.json").read_text())
ROWS = [each for each in DASHBOARD["panels"] if each["type"] == "row"]
PANELS = [each for each in DASHBOARD["panels"] if each["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]
VARIABLES = {each["name"]: each for each in DASHBOARD["templating"]["list"]}
#: Grafana's own, where Prometheus reads a time
INTERVAL = "$__rate_interval"


def _overlap(one, other):
    a, b = one["gridPos"], other["gridPos"]
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
    return not (beside or above)


def test_it_asks_the_source_and_the_accounts_that_are_chosen():
    assert VARIABLES["datasource"]["type"] == "datasource"
    assert {name for name, each in VARIABLES.items() if each["type"] == "query"} == {"account", "kind"}
    sources = [each["datasource"]["uid"] for each in [*PANELS, *(t for p in PANELS for t in p["targets"])]]
    assert set(sources) == {"${datasource}"}
    of_accounts = [each for each in EXPRESSIONS if any("account" in LABELS[name] for name in names(each))]
    assert [each for each in of_accounts if 'account=~"$account"' not in each] == []


def test_every_panel_has_a_title_a_description_and_a_unit():
    for panel in PANELS:
        assert panel["title"], panel
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["targets"], panel["title"]
    titles = [each["title"] for each in PANELS]
    assert sorted(titles) == sorted(set(titles))


def test_symptoms_are_on_top_and_no_panel_stands_in_anothers_place():
    assert next(each["title"] for each in ROWS) == "Symptoms"
    assert len({each["id"] for each in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert [(a["title"], b["title"]) for a, b in combinations(DASHBOARD["panels"], 2) if _overlap(a, b)] == []
    assert max(each["gridPos"]["x"] + each["gridPos"]["w"] for each in PANELS) == 24


def test_prometheus_takes_every_expression(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": each.replace(INTERVAL, "5m")} for number, each in enumerate(EXPRESSIONS)
    ]
    path = tmp_path / "panels.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    promtool("check", "rules", path)


def test_it_shows_every_metric_that_the_product_tells_and_no_other():
    assert [name for each in EXPRESSIONS for name in strange(each)] == []
    told = {name for name in LABELS if not name.endswith(("_seconds_sum", "_seconds_count"))}
    assert told - {name for each in EXPRESSIONS for name in names(each)} == set()


def test_replicas_are_never_added_up():
    """Every API process tells the same: what adds must first take one of them by `max`."""
    assert [each for each in EXPRESSIONS if "sum" in each and "max by (" not in each] == []
