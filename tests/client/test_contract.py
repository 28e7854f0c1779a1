"""The client and the service say the same: calls, fields of answers, filters, fields of bodies, words."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from pydantic import TypeAdapter

from service import client
from service.api.routes import operations
from service.client import Page, bodies, models
from service.client.call import Call, Iteration
from service.client.operations import Operations
from service.client.operations.orders import OrderFilter
from service.client.problem import Problem
from service.client.testing.magic import Magic
from service.event import EventJson
from service.kinds import shelf
from service.lifecycle import TERMINAL, State
from service.local.sandbox.magic import TABLE

#: the call of the API, the client's, and the model of its answer
CALLS = {
    "submitOrder": ("submit", models.Order),
    "amendOrder": ("amend", models.Order),
    "retryFailed": ("retry_failed", models.Order),
    "getOrder": ("get", models.Order),
    "listOrders": ("list_orders", Page[models.Order]),
    "listAllOrders": ("iter_orders_of_all_accounts", Page[models.Order]),
    "listOrderNumbers": ("iter_numbers", Page[models.NumberOutcome]),
    "getTimeline": ("timeline", Page[models.TimelineEntry]),
    "getDocuments": ("documents", Page[models.Document]),
    "retryOrder": ("retry", models.Order),
    "cancelOrder": ("cancel", models.Order),
    "checkOrder": ("check", models.Order),
    "stepOrderAside": ("step_aside", models.Order),
    "getSummary": ("summary", models.Summary),
    "listAudit": ("iter_audit", Page[models.Deed]),
    "getNumber": ("number", models.Number),
    "listNumberOrders": ("iter_number_orders", Page[models.Order]),
    "streamEvents": ("events", None),
    "submitBulk": ("submit_bulk", models.Batch),
    "listBatches": ("iter_batches", Page[models.Batch]),
    "getBatch": ("batch", models.Batch),
    "listBatchErrors": ("iter_batch_errors", Page[models.RowError]),
    "listEndpoints": ("list_endpoints", Page[models.Endpoint]),
    "createEndpoint": ("create_endpoint", models.Endpoint),
    "getEndpoint": ("endpoint", models.Endpoint),
    "changeEndpoint": ("change_endpoint", models.Endpoint),
    "deleteEndpoint": ("delete_endpoint", None),
    "rotateEndpoint": ("rotate_endpoint", models.Endpoint),
    "pingEndpoint": ("ping_endpoint", models.Delivery),
    "listDeliveries": ("iter_deliveries", Page[models.Delivery]),
    "getDelivery": ("delivery", models.Delivery),
    "replayDelivery": ("replay_delivery", models.Delivery),
    "replayEvents": ("replay_events", models.Replay),
    "listOrphans": ("iter_orphans", Page[models.Orphan]),
    "replayOrphan": ("replay_orphan", models.ReplayedOrphan),
    "listSubscriptions": ("subscriptions", models.Subscriptions),
    "healSubscriptions": ("heal_subscriptions", models.Subscriptions),
}
#: calls of the client that stand on others
BESIDES = {
    *("submit_tn_options", "submit_lidb", "submit_dlda", "submit_number_options", "submit_location_failover"),
    *("wait", "wait_batch", "iter_orders"),
}
#: fields that are of the client's making, or of one answer among several
OWN = {
    models.Event: {"place"},
    models.Summary: {"etag"},
    models.Order: {"dry_run"},
    models.Endpoint: {"secret"},
    models.Batch: {"errors"},
}
#: of answers: addresses, which the client makes itself; what the order that holds a dry run says
UNREAD = {"links"}
SAID_BY_THE_ORDER = {"dry_run", "order"}
API = {each.id: each for each in operations() if not each.hidden}


def test_every_call_of_the_api_is_one_of_the_clients():
    assert set(CALLS) == {name for name, each in API.items() if each.path.startswith("/v1/")}
    own = {name for name in dir(Operations) if isinstance(_attribute(name), Call | Iteration)}
    assert own == {name for name, _ in CALLS.values()} | BESIDES


@pytest.mark.parametrize("name", sorted(name for name, (_, model) in CALLS.items() if model))
def test_a_model_has_every_field_of_its_answer_and_no_other(name):
    answers = API[name].answers
    (status, *_) = sorted({200, 201, 202} & set(answers), reverse=True)
    schema = TypeAdapter(answers[status].shape).json_schema(mode="serialization")
    compare(CALLS[name][1], schema, schema.get("$defs", {}), name)


@pytest.mark.parametrize(
    ("model", "shape"), [(models.Event, EventJson), (models.DryRun, API["submitOrder"].answers[200].shape)]
)
def test_a_model_has_the_fields_of_what_comes_in_other_ways(model, shape):
    schema = TypeAdapter(shape).json_schema(mode="serialization")
    compare(model, schema, schema["$defs"], "")


def test_a_problem_has_the_fields_of_the_services():
    from service.api.problem_json import ProblemJson  # noqa: PLC0415

    schema = TypeAdapter(ProblemJson).json_schema(mode="serialization")
    assert set(schema["properties"]) - {each.name for each in fields(Problem)} == set()


@pytest.mark.parametrize(
    ("operation", "taken"),
    [
        ("listOrders", {*OrderFilter.__annotations__, "limit", "cursor"}),
        ("listAllOrders", {*OrderFilter.__annotations__, "account", "limit", "cursor"}),
        ("listNumberOrders", {"kind", "state", "limit", "cursor"}),
        ("streamEvents", {"type", "kind", "state", "order_id", "last_event_id"}),
        ("listDeliveries", {"status", "limit", "cursor"}),
        ("getOrder", {"wait", "until"}),
        ("submitBulk", {"on_errors", "order_size"}),
        ("submitOrder", {"dry_run"}),
    ],
)
def test_a_call_takes_what_the_api_takes(operation, taken):
    assert {each.name for each in API[operation].query} == taken


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("tn-options", [bodies.TnOptionGroup, bodies.A2pSettings, bodies.RoutePlan, bodies.Route]),
        ("lidb", [bodies.LidbGroup]),
        ("dlda", [bodies.DldaGroup, bodies.ListingName, bodies.Address]),
        ("number-options", [bodies.NumberOptions]),
        ("location-failover", []),
    ],
)
def test_bodies_have_the_fields_of_their_kind(kind, parts):
    schema = shelf()[kind].model.model_json_schema()
    theirs = {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", ())}
    common = {"groups", "delete_dlda_tn_groups", "telephone_number", "site_id", "sip_peer_id", "final_destination_uri"}
    ours = {name for part in (*parts, bodies.Accepted) for name in part.__annotations__}
    assert theirs - common - ours == set()
    assert ours - theirs - set(bodies.Submission.__annotations__) == set()
    shown = set(schema["properties"]) - set(bodies.Accepted.__annotations__)
    assert shown - bodies.FIELDS == set()
    assert set(shelf()) == {"tn-options", "lidb", "dlda", "number-options", "location-failover"}


def test_words_are_the_services():
    assert models.TERMINAL == {str(each) for each in TERMINAL} < {str(each) for each in State}
    assert sorted(Magic) == sorted(row.telephone_number for row in TABLE)


def test_everything_public_is_exported_and_told():
    assert set(models.__all__) - set(client.__all__) == set()
    assert [name for name in client.__all__ if not getattr(client, name).__doc__] == []
    assert [name for name, _ in CALLS.values() if not getattr(Operations, name).__doc__] == []


def compare(model, schema, definitions, where):
    if get_origin(model) is Page:
        listed = [each for each in schema["properties"].values() if each.get("type") == "array"]
        compare(get_args(model)[0], _found(listed[0]["items"], definitions), definitions, where)
        return
    ours = {each.name for each in fields(model)}
    theirs = set(schema["properties"])
    assert theirs - ours - UNREAD <= (SAID_BY_THE_ORDER if model is models.DryRun else set()), (
        f"{where}: {model.__name__} lacks them"
    )
    assert ours - theirs - OWN.get(model, set()) == {"raw"}, f"{where}: {model.__name__} has them alone"
    for name, hint in get_type_hints(model).items():
        part = _part(hint)
        if part is not None and name in theirs:
            compare(part, _found(schema["properties"][name], definitions), definitions, f"{where}.{name}")


def _part(hint):
    """The model inside a hint, if there is one."""
    if is_dataclass(hint):
        return hint
    if isinstance(hint, UnionType) or get_args(hint):
        return next((found for each in get_args(hint) if each is not NoneType and (found := _part(each))), None)
    return None


def _found(schema, definitions):
    """The object inside a schema: behind references, nulls, lists and maps."""
    while "properties" not in schema:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        else:
            schema = schema.get("items") or schema["additionalProperties"]
    return schema


def _attribute(name):
    return next((vars(each)[name] for each in Operations.__mro__ if name in vars(each)), None)
