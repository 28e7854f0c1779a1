"""What the documents show is true: settings, magic numbers, commands, paths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer import Context
from typer.main import get_command
from typer.testing import CliRunner

from service import cli
from service.api.metrics import happened, installation, metric, standing
from service.api.routes import operations
from service.kinds import shelf
from service.lifecycle import State
from service.local.sandbox.magic import TABLE
from service.settings import Settings

ROOT = Path(__file__).parents[1]
FILES = [
    "README.md",
    "ARCHITECTURE.md",
    "deploy/CAPACITY.md",
    "deploy/RUNBOOK.md",
    "deploy/kubernetes/README.md",
    *(f"docs/{each.name}" for each in sorted((ROOT / "docs").glob("*.md"))),
]
DOCUMENTS = {name: (ROOT / name).read_text() for name in FILES}
#: what a user reads
README = "".join(text for name, text in DOCUMENTS.items() if name != "ARCHITECTURE.md")


def test_every_setting_is_in_the_readme_and_the_readme_names_no_other():
    named = set(re.findall(r"`(TRACKER_[A-Z_]+)`", README))
    assert named == {f"TRACKER_{name.upper()}" for name in Settings.model_fields}


def test_every_magic_number_is_in_the_readme_as_the_sandbox_has_it():
    assert [f"| {row.telephone_number} | {row.summary} |" in README for row in TABLE] == [True] * len(TABLE)


@pytest.mark.parametrize("kind", sorted(shelf()))
def test_every_field_of_every_kind_is_in_the_readme(kind):
    schema = shelf()[kind].model.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    fields = {name for part in parts for name in part.get("properties", ())}
    named = set(re.findall(r"`([a-z0-9_]+)(?:: true)?`", README))
    assert len(fields) >= 5
    assert fields - named == set()
    assert f"| `{kind}` |" in README


def test_every_call_of_the_api_is_in_the_readme():
    told = README.replace("...", "/v1/accounts/A")
    for each in operations():
        path = each.path.replace("{account_id}", "A").replace("{kind}", "KIND")
        path = re.sub(r"\{(?:order|endpoint|delivery|batch)_id(?::uuid)?\}", "ID", path)
        path = path.replace("{number:path}", "TN").replace("{key:path}", "KEY")
        assert each.hidden or f"`{each.method} {path}`" in told, each.id


def test_every_line_that_the_readme_explains_is_written_somewhere():
    explained = DOCUMENTS["docs/OPERATING.md"].partition("## When something is wrong")[2]
    lines = set(re.findall(r"`([a-z]+\.[a-z_]+)`", explained))
    code = "".join(path.read_text() for folder in ("service", "workers") for path in (ROOT / folder).rglob("*.py"))
    assert lines
    assert [line for line in sorted(lines) if f'"{line}"' not in code] == []


def test_every_metric_is_in_the_table_of_the_manual_and_the_table_shows_no_other():
    table = re.findall(r"^\| `order_tracker_.*$", DOCUMENTS["docs/OPERATING.md"], re.MULTILINE)
    every = (*installation.METRICS, *standing.METRICS, *happened.METRICS)
    assert table == [
        f"| `{metric.PREFIX}{each.name}` | {each.type} | {', '.join(each.labels)} | {each.says} |" for each in every
    ]


def test_every_state_is_in_the_readme():
    assert [state for state in State if f"`{state}`" not in README] == []


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`order-tracker ([a-z-]+)", README))))
def test_every_command_of_the_readme_exists(command):
    assert CliRunner().invoke(cli.app, [command, "--help"]).exit_code == 0


def test_every_command_that_the_runbook_shows_exists_with_its_options():
    shown = re.findall(r"order-tracker ([a-z][^`|\n]*)", DOCUMENTS["deploy/RUNBOOK.md"])
    assert len(shown) >= 50
    for line in shown:
        command, words = get_command(cli.app), line.split()
        while words and hasattr(command, "get_command"):
            command = command.get_command(Context(command), words.pop(0))
            assert command, line
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
        assert {re.match("-+[a-z-]+", word)[0] for word in words if word.startswith("-")} <= known, line


def test_every_file_that_the_documents_name_exists():
    for document, text in DOCUMENTS.items():
        named = set(re.findall(r"`((?:tests|service|workers|deploy)/[a-z_/]+\.(?:py|lua))`", text))
        assert [path for path in sorted(named) if not (ROOT / path).exists()] == [], document


def test_every_link_between_documents_leads_somewhere():
    def anchors(text):
        titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        return {re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in titles}

    for document, text in DOCUMENTS.items():
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
            target = (ROOT / document).parent / path if path else ROOT / document
            assert target.exists(), f"{document}: {path}"
            assert not anchor or anchor in anchors(target.read_text()), f"{document}: {path}#{anchor}"


def test_every_make_target_that_the_documents_show_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE)) <= targets


def test_lock_files_carry_hashes_and_no_address():
    deployed = ("deploy/requirements.lock", "deploy/otel.lock", "deploy/build.lock")
    for path in ("requirements.lock", "tests/sdk/requirements.lock", *deployed):
        lines = (ROOT / path).read_text().splitlines()
        assert not [line for line in lines if "://" in line.partition("#")[0] or line.startswith("-")]
        pinned = [number for number, line in enumerate(lines) if "==" in line.partition("#")[0]]
        assert pinned
        assert all("--hash=sha256:" in lines[number + 1] for number in pinned)
