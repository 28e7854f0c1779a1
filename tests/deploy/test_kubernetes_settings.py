"""What processes on Kubernetes are told: settings that exist, secrets as files, a server that keeps its word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kustomized import KUBERNETES, OVERLAYS, PARTS, component, container, of, ours, pod, workloads

from service.settings import Settings, load

#: what a secret of an installation holds, as deploy/kubernetes/README.md makes it
SECRETS = re.findall(r"^ +--from-literal=(\w+)=", (KUBERNETES / "README.md").read_text(), re.MULTILINE)
every_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


def _told(overlay):
    (settings,) = [each for each in of(overlay, "ConfigMap") if each["metadata"]["name"].startswith("settings-")]
    return settings


@every_overlay
def test_settings_and_secrets_of_an_overlay_are_all_that_a_process_needs(overlay, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = _told(overlay)
    for each in ours(overlay).values():
        assert container(each)["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
    for name, value in settings["data"].items():
        assert name.removeprefix("TRACKER_").lower() in Settings.model_fields
        monkeypatch.setenv(name, value)
    url = "redis+sentinel://:secret@sentinel.valkey:26379/orders" if overlay == "sentinel" else "redis://server/0"
    loaded = load(_mounted(tmp_path, {"TRACKER_REDIS_URL": url}))
    assert loaded.redis_url == url
    assert loaded.durability == "strict"
    assert loaded.replicas_to_wait == (0 if overlay == "one-server" else 1)


def _mounted(folder, more):
    """Lay secrets out as Kubernetes does: names that are links, to a directory that is one."""
    held = dict.fromkeys(SECRETS, "a" * 64) | more
    assert not set(held) & set(Settings.model_fields)
    (folder / "secrets" / "..2026").mkdir(parents=True)
    (folder / "secrets" / "..data").symlink_to("..2026")
    for name, value in held.items():
        (folder / "secrets" / "..2026" / name).write_text(value)
        (folder / "secrets" / name).symlink_to(Path("..data") / name)
    return folder / "secrets"


def test_secrets_come_as_files_and_roles_have_servers_of_their_own_where_these_are_managed():
    stores = {}
    for overlay in OVERLAYS:
        for name, each in ours(overlay).items():
            (volume,) = [told for told in pod(each)["volumes"] if told["name"] == "secrets"]
            shared, store = (told["secret"]["name"] for told in volume["projected"]["sources"])
            assert shared == "order-tracker"
            assert {"name": "secrets", "mountPath": "/run/secrets", "readOnly": True} in container(each)["volumeMounts"]
            assert not any("valueFrom" in told for told in container(each).get("env", []))
            stores.setdefault((overlay, store), set()).add(name)
    workers = {each for each in PARTS if each.startswith("worker-")}
    assert stores == {
        ("managed", "order-tracker-store-doors"): {"api", "receiver"},
        ("managed", "order-tracker-store-workers"): workers,
        ("managed", "order-tracker-store-clock"): {"clock"},
        ("managed", "order-tracker-store-commands"): {"commands"},
        ("one-server", "order-tracker-store"): {*PARTS, "commands"},
        ("sentinel", "order-tracker-store"): {*PARTS, "commands"},
    }


def test_the_one_server_keeps_what_it_acknowledges():
    (told,) = [each["data"]["valkey.conf"] for each in of("one-server", "ConfigMap") if "valkey.conf" in each["data"]]
    lines = dict(line.split(" ", 1) for line in told.splitlines() if line and not line.startswith("#"))
    assert lines["appendonly"] == "yes"
    assert lines["appendfsync"] == "always"
    assert lines["maxmemory-policy"] == "noeviction"
    (server,) = [each for each in workloads("one-server") if not component(each)]
    mounted = {each["mountPath"] for each in container(server)["volumeMounts"]}
    assert {lines["dir"], str(Path(lines["include"]).parent)} <= mounted
