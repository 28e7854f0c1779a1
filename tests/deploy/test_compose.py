"""docker-compose.yml: valid by its specification, and every command, setting, file and check in it exists here."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml
from promtool import DEPLOY
from shown_commands import stands

from service.local.environment import TUNABLES
from service.local.sandbox.options import Options
from service.settings import Settings, load
from workers.pool import GRACE_SECONDS

ROOT = DEPLOY.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
#: those that run our image
OURS = {name for name, each in SERVICES.items() if "build" in each}
PROFILES = {name: each.get("profiles", []) for name, each in SERVICES.items()}
DEMO = dict(line.split("=", 1) for line in (DEPLOY / "demo.env").read_text().splitlines() if re.match(r"\w+=", line))


def _schema():
    vendored = files("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    return json.loads(vendored.read_text())


def _seconds(text):
    return float(text.removesuffix("s"))


def test_it_is_a_compose_file_by_the_specification():
    jsonschema.validate(COMPOSE, _schema())


def test_what_the_specification_does_not_know_is_not_taken():
    wrong = {**COMPOSE, "services": {"api": {**SERVICES["api"], "read-only": True}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, _schema())


def test_profiles_are_complete_and_what_is_in_none_is_the_tracker_on_its_server():
    assert {name for name, profiles in PROFILES.items() if not profiles} == {"server", "api", "worker", "clock"}
    assert {name for name, profiles in PROFILES.items() if profiles == ["demo"]} == {"sandbox"}
    watching = {name for name, profiles in PROFILES.items() if profiles == ["observability"]}
    assert watching == {"prometheus", "alertmanager", "grafana"}
    for name, each in SERVICES.items():
        for other in each.get("depends_on", ()):
            assert not PROFILES[other] or PROFILES[other] == PROFILES[name], f"{name} needs {other}"


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_processes_run_commands_that_exist_with_a_check_that_does_and_may_write_nowhere_else(name):
    told = SERVICES[name]
    stands(told["command"])
    check = told["healthcheck"]["test"]
    assert check[0] == "CMD"
    if name != "sandbox":
        assert check[1:3] == ["order-tracker", "health"]
        stands(check[2:])
        assert told["environment"]["TRACKER_REDIS_URL"] == "redis://server:6379/0"
        assert told["depends_on"] == {"server": {"condition": "service_healthy"}}
    assert told["read_only"]
    assert told["cap_drop"] == ["ALL"]
    assert told["tmpfs"] == ["/tmp"]
    assert (ROOT / told["build"]["dockerfile"]).exists()
    for setting in told["environment"]:
        assert setting.removeprefix("TRACKER_").lower() in Settings.model_fields
    assert _seconds(told["stop_grace_period"]) >= GRACE_SECONDS + 5


def test_all_begin_again_gain_nothing_and_are_of_a_version_and_asked_how_they_are():
    for name, told in SERVICES.items():
        assert told["restart"] == "always", name
        assert told["security_opt"] == ["no-new-privileges:true"], name
        assert re.fullmatch(r"[\w/-]+:(?!latest)[\w.-]+", told["image"]), name
        assert {"test", "interval", "timeout", "retries"} <= set(told["healthcheck"]), name
        assert _seconds(told["healthcheck"]["timeout"]) <= _seconds(told["healthcheck"]["interval"]), name
        for port in told.get("ports", []):
            assert re.fullmatch(r"(\$\{PUBLISH:-127\.0\.0\.1:8080\}|127\.0\.0\.1:\d+):\d+", port), name


def test_the_server_keeps_what_it_acknowledged_in_a_network_that_leads_nowhere():
    server = SERVICES["server"]
    command = " ".join(server["command"])
    assert "--appendonly yes --appendfsync always" in command
    assert "--maxmemory-policy noeviction" in command
    assert server["volumes"] == ["orders:/data"]
    assert "ports" not in server
    assert COMPOSE["networks"]["store"] == {"internal": True}
    within = {name for name, told in SERVICES.items() if "store" in told.get("networks", [])}
    assert within == {"server", "api", "worker", "clock"}
    assert server["networks"] == ["store"]


def test_the_api_and_the_clock_have_one_spool_that_outlives_them():
    image = (DEPLOY / "Dockerfile").read_text()
    for name in ("api", "clock"):
        folder = SERVICES[name]["environment"]["TRACKER_SPOOL_DIR"]
        assert SERVICES[name]["volumes"] == [f"spool:{folder}"]
        assert f"--mode=0700 {folder} " in image


def test_every_volume_is_declared_and_every_file_that_is_mounted_is_there():
    for told in SERVICES.values():
        for volume in told.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"], volume
    mounted = {volume.split(":")[0] for told in SERVICES.values() for volume in told.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounted


def test_the_demo_needs_no_account_and_is_the_sandbox_at_the_pace_of_a_local_run(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert SERVICES["api"]["env_file"] == ["${ORDER_TRACKER_ENV_FILE:-.env}"]
    assert DEMO["ORDER_TRACKER_ENV_FILE"] == "deploy/demo.env"
    for name, value in DEMO.items():
        if name.startswith("TRACKER_"):
            assert name.removeprefix("TRACKER_").lower() in Settings.model_fields
            monkeypatch.setenv(name, value)
    settings, options = load(tmp_path), Options()
    assert settings.bandwidth_client_id == options.client_id
    assert settings.bandwidth_client_secret.get_secret_value() == options.client_secret
    assert set(settings.accounts) == options.accounts
    command = SERVICES["sandbox"]["command"]
    assert str(settings.bandwidth_url) == f"http://sandbox:{command[command.index('--port') + 1]}/api/v1"
    assert str(settings.callback_base_url) == "http://api:8080/"
    paced = {name: value for name, value in TUNABLES.items() if name != "TRACKER_OUTGOING_ALLOW"}
    assert {name: DEMO.get(name) for name in paced} == paced


def test_the_sandbox_keeps_what_it_knows_in_a_place_that_is_its_own():
    told = SERVICES["sandbox"]
    folder = told["command"][told["command"].index("--data-dir") + 1]
    assert told["volumes"] == [f"sandbox:{folder}"]
    assert f"--mode=0700 {folder}\n" in (DEPLOY / "Dockerfile").read_text()


def test_prometheus_reads_with_a_token_from_a_file_and_knows_who_is_there():
    told = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    (scrape,) = told["scrape_configs"]
    secret = {"source": "metrics-token", "target": scrape["authorization"]["credentials_file"]}
    assert SERVICES["prometheus"]["secrets"] == [secret]
    assert COMPOSE["secrets"] == {"metrics-token": {"file": "${METRICS_TOKEN_FILE:-prometheus.token}"}}
    assert (ROOT / DEMO["METRICS_TOKEN_FILE"]).read_text() == DEMO["TRACKER_API_TOKEN"]
    assert "prometheus.token\n" in (ROOT / ".gitignore").read_text()
    (managers,) = told["alerting"]["alertmanagers"]
    targets = {
        each.split(":")[0] for part in (scrape, managers) for s in part["static_configs"] for each in s["targets"]
    }
    assert targets == {"api", "alertmanager"} <= set(SERVICES)
    mounts = {volume.split(":")[1] for volume in SERVICES["prometheus"]["volumes"]}
    assert {f"/etc/prometheus/{each}" for each in ("prometheus.yml", *told["rule_files"])} <= mounts


def test_alerts_have_a_receiver_and_grafana_has_its_source_and_the_dashboard():
    alerts = yaml.safe_load((DEPLOY / "prometheus" / "alertmanager.yml").read_text())
    assert alerts["route"]["receiver"] in {each["name"] for each in alerts["receivers"]}
    told = DEPLOY / "grafana" / "provisioning"
    (source,) = yaml.safe_load((told / "datasources" / "prometheus.yml").read_text())["datasources"]
    assert source["isDefault"]
    assert source["url"] == "http://prometheus:9090"
    (provider,) = yaml.safe_load((told / "dashboards" / "order-tracker.yml").read_text())["providers"]
    mounts = dict(volume.split(":")[:2] for volume in SERVICES["grafana"]["volumes"])
    shown = Path(mounts["./deploy/grafana/order-tracker.json"])
    assert str(shown.parent) == provider["options"]["path"]
    assert SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] == str(shown)
