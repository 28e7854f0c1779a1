"""The alerts: each fires in its case, none in a quiet hour; each tells what to do; all read what is told."""

from __future__ import annotations

import re

import pytest
import yaml
from promtool import CASES, DEPLOY, RULES, promtool
from published_metrics import LABELS, strange

from service.kinds import shelf

GROUPS = yaml.safe_load(RULES.read_text())["groups"]
ALL = [rule for group in GROUPS for rule in group["rules"]]
ALERTS = {rule["alert"]: rule for rule in ALL if "alert" in rule}
RECORDED = {rule["record"] for rule in ALL if "record" in rule}
#: what the head of the rules explains
SEVERITIES = {"critical", "warning"}


def test_where_promtool_is_missing_it_says_how_to_install_it_and_ci_fails(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install prometheus"):
        promtool("--version")
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install prometheus"):
        promtool("--version")


def test_prometheus_takes_the_rules():
    promtool("check", "rules", RULES)


def test_prometheus_takes_the_example_of_its_configuration_with_the_rules(tmp_path):
    text = (DEPLOY / "prometheus" / "prometheus.yml").read_text()
    token = yaml.safe_load(text)["scrape_configs"][0]["authorization"]["credentials_file"]
    (tmp_path / "token").write_text("a-token")
    (tmp_path / "alerts.yml").write_text(RULES.read_text())
    (tmp_path / "prometheus.yml").write_text(text.replace(token, str(tmp_path / "token")))
    promtool("check", "config", tmp_path / "prometheus.yml")


def test_every_alert_fires_in_its_case_and_none_in_a_quiet_hour():
    promtool("test", "rules", CASES)


def test_every_alert_has_a_case_in_which_it_fires():
    fires = set()
    for case in yaml.safe_load(CASES.read_text())["tests"]:
        samples = [each for tried in case.get("promql_expr_test", ()) for each in tried["exp_samples"]]
        fires |= {re.search(r'alertname="(\w+)"', each["labels"])[1] for each in samples}
        fires |= {each["alertname"] for each in case.get("alert_rule_test", ()) if each["exp_alerts"]}
    assert fires == set(ALERTS)


def test_every_alert_says_how_bad_it_is_what_it_means_and_where_to_read_on():
    for name, alert in ALERTS.items():
        told = alert["annotations"]
        assert alert["labels"]["severity"] in SEVERITIES, name
        assert re.fullmatch(r"\d+[mh]", alert["for"]), name
        assert set(told) == {"summary", "description", "runbook_url"}, name
        assert told["summary"][-1] not in ".!", name
        assert told["description"].endswith("."), name
        assert told["runbook_url"] == "{{ $externalLabels.repository }}deploy/RUNBOOK.md#" + name.lower()


def test_rules_read_only_what_the_product_tells_or_other_rules_make():
    for rule in ALL:
        assert list(strange(rule["expr"])) == [], rule
        assert set(re.findall(r"\w+:\w+(?::\w+)?", rule["expr"])) <= RECORDED, rule


def test_a_metric_or_a_label_that_nobody_tells_is_found():
    """So the test above can fail."""
    assert list(strange('max(order_tracker_ups) + order_tracker_up{kind="lidb"}')) == [
        "order_tracker_ups",
        "order_tracker_up{kind}",
    ]
    assert "order_tracker_submit_seconds_count" in LABELS


def test_every_value_that_rules_make_is_read_by_an_alert():
    read = set(re.findall(r"\w+:\w+(?::\w+)?", " ".join(alert["expr"] for alert in ALERTS.values())))
    assert read == RECORDED


def test_every_kind_has_an_age_that_is_usual_for_its_oldest_open_order():
    usual = [rule["labels"]["kind"] for rule in ALL if rule.get("record") == "order_tracker:usual_order_seconds"]
    assert sorted(usual) == sorted(shelf())
