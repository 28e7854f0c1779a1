"""The OpenAPI document says all that there is, and says it right."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from service import errors
from service.api import public, routes
from service.api.openapi.document import document
from service.api.problem_types import problem_types
from service.event import SHAPES
from service.kinds import shelf

ROOT = Path(__file__).parents[2]
METHODS = {"get", "post", "put", "patch", "delete"}
#: branches of the tree, and what ends a process or only a callback
NOT_ANSWERED = {errors.Refused, errors.Unavailable, errors.Misconfigured, errors.NotSpooled}


@pytest.fixture(scope="module")
def told():
    """The document as a program reads it."""
    return orjson.loads(orjson.dumps(document((*routes.operations(), *public.operations()))))


def operations(told):
    for path, item in told["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield f"{method.upper()} {path}", operation


def contents(told, node, name=""):
    """Every content with a schema, with where it stands."""
    if isinstance(node, dict):
        if "schema" in node and ("example" in node or "examples" in node):
            yield name, node
        for key, value in node.items():
            yield from contents(told, value, f"{name}/{key}")


def examples(content):
    yield from ([content["example"]] if "example" in content else [])
    yield from (each["value"] for each in content.get("examples", {}).values())


def test_it_is_valid_openapi(told):
    validate(told)
    assert told["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere(told):
    for reference in set(re.findall(r'"\$ref":"#/([^"]+)"', orjson.dumps(told).decode())):
        found = told
        for step in reference.split("/"):
            found = found[step]


def test_every_operation_says_what_it_does_and_has_an_id_of_its_own(told):
    found = dict(operations(told))
    silent = [name for name, each in found.items() if not (each["summary"] and each["description"] and each["tags"])]
    assert silent == []
    ids = [each["operationId"] for each in found.values()]
    assert sorted(ids) == sorted(set(ids))
    assert {tag for each in found.values() for tag in each["tags"]} <= {each["name"] for each in told["tags"]}


def test_every_operation_says_what_it_answers_and_who_may_call_it(told):
    for name, each in operations(told):
        good = [status for status in each["responses"] if status < "400"]
        assert good, name
        assert "security" in each, name
        if each["security"] and each["tags"] != ["callbacks"]:
            assert {"400", "401", "403", "429", "500", "503"} <= set(each["responses"]), name


def test_every_body_and_every_answer_with_one_has_an_example(told):
    bare = []
    for name, each in operations(told):
        bodies = each.get("requestBody", {}).get("content", {})
        answers = {
            f"{status} {media}": content
            for status, answer in each["responses"].items()
            for media, content in answer.get("content", {}).items()
        }
        bare += [f"{name}: {media}" for media, content in (bodies | answers).items() if not list(examples(content))]
    assert bare == []


def test_every_example_is_what_its_schema_says(told):
    seen = 0
    for name, content in contents(told, told):
        schema = {**content["schema"], "components": told["components"]}
        validator = Draft202012Validator(schema, format_checker=FormatChecker())
        for example in examples(content):
            seen += 1
            wrong = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(example)]
            assert not wrong, (name, wrong)
    assert seen > 100


def test_every_parameter_and_every_header_is_described(told):
    for name, each in operations(told):
        assert all(parameter["description"] for parameter in each["parameters"]), name
        in_path = {parameter["name"] for parameter in each["parameters"] if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", name)), name
    assert all(header["description"] for header in told["components"]["headers"].values())


@pytest.mark.parametrize("kind", sorted(shelf()))
def test_each_kind_has_an_operation_with_its_own_body_and_its_own_answer(told, kind):
    operation = told["paths"][f"/v1/accounts/{{account_id}}/orders/{kind}"]["post"]
    model = shelf()[kind].model
    body = operation["requestBody"]["content"]["application/json"]
    assert body["schema"]["$ref"].endswith(f"/{model.__name__}Request")
    assert body["example"] == orjson.loads(orjson.dumps(shelf()[kind].example))
    whole = told["components"]["schemas"][model.__name__]
    assert whole["properties"]["kind"] == {"const": kind}
    assert set(model.model_fields) <= set(whole["properties"])


def test_secrets_are_write_only_in_bodies_and_masked_in_answers(told):
    schemas = told["components"]["schemas"]
    assert schemas["TnOptionGroupRequest"]["properties"]["port_out_passcode"]["writeOnly"] is True
    assert "Masked" in schemas["TnOptionGroupOrdered"]["properties"]["port_out_passcode"]["description"]


def every(parent=errors.TrackerError):
    yield parent
    for each in parent.__subclasses__():
        yield from every(each)


def test_every_problem_that_can_be_answered_is_in_it(told):
    classes = {each for each in every() if each.__module__.startswith("service.") and each not in NOT_ANSWERED}
    assert {each.slug for each in classes} == set(problem_types())
    types = {
        part["properties"]["type"]["const"]: part["properties"]["status"]["const"]
        for schema in told["components"]["schemas"].values()
        for part in schema.get("allOf", ())
        if "const" in part.get("properties", {}).get("type", {})
    }
    assert types == {f"/problems/{each.slug}": each.status for each in classes}


def raised(path):
    """The names of errors that a file raises, made there or not."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Raise) and node.exc is not None:
            made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            yield made.id if isinstance(made, ast.Name) else ""


def test_what_doors_raise_has_a_page():
    branches = {each.__name__ for each in NOT_ANSWERED - {errors.NotSpooled}}
    doors = [path for room in ("api", "dashboard", "front", "doorway") for path in ROOT.glob(f"service/{room}/**/*.py")]
    assert len(doors) > 100
    assert [(path.name, name) for path in doors for name in raised(path) if name in branches] == []


def test_whatever_reads_a_body_says_that_it_may_be_late_or_too_large(told):
    reading = {each.id for each in routes.operations() if "json_body." in inspect.getsource(each.call)}
    assert {"rotateEndpoint", "pingEndpoint", "replayDelivery", "healSubscriptions", "retryFailed"} <= reading
    answers = {each["operationId"]: each["responses"] for _, each in operations(told)}
    assert {name for name in reading if not {"408", "413"} <= set(answers[name])} == set()


def test_every_call_with_a_token_says_that_a_later_release_may_have_written_what_it_reads(told):
    for name, each in operations(told):
        if each["security"] and each["tags"] != ["callbacks"]:
            assert "later-record" in each["responses"]["503"]["description"], name


def test_every_event_is_a_webhook_with_its_headers(told):
    assert set(told["webhooks"]) == set(SHAPES)
    for each in told["webhooks"].values():
        headers = {parameter["name"] for parameter in each["post"]["parameters"]}
        assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}


def test_it_names_every_call_that_the_reference_names(told):
    named = re.findall(r"`(GET|POST|PUT|PATCH|DELETE) ([^`\s]+)`", (ROOT / "docs" / "API.md").read_text())
    calls = {f"{method} {_plain(path.replace('...', '/v1/accounts/A').partition('?')[0])}" for method, path in named}
    kinds = "|".join(shelf())
    found = {re.sub(rf"/orders/({kinds})\b", "/orders/*", _plain(name)) for name, _ in operations(told)}
    assert len(calls) > 20
    assert calls - found - {"GET /docs", "GET /problems"} == set()


def _plain(path):
    """Write what stands for something else as a star: `{order_id}`, ID, KIND."""
    return re.sub(r"\{\w+\}|(?<=/)[A-Z]+\b", "*", path)
