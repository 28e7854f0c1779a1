"""Problems as exceptions: one for each type that the service names."""

from __future__ import annotations

import inspect
import pickle

import pytest
from conversation import foreign, good, problem

from service import client, errors
from service.client import (
    ConnectionFailed,
    InvalidOrder,
    NotCommitted,
    Order,
    ProblemError,
    Refused,
    ServerFailed,
    Unavailable,
    UnexpectedAnswer,
    WaitTimeout,
    problems,
)

#: nobody who calls the API meets these: a callback's, a process's, and the roots that are raised by their statuses
ELSEWHERE = {"not-spooled", "misconfigured", "internal-error", "refused", "unavailable"}
WRONG = [
    {"pointer": "/groups/0/sms", "detail": "Give one of: on, off.", "code": "5113"},
    {"pointer": "", "detail": "Give an object."},
    {"pointer": "/telephone_number", "detail": "This is not a telephone number.", "code": "5070", "line": 7},
]


def tree(root):
    return {root, *(each for child in root.__subclasses__() for each in tree(child))}


def slugs(root):
    return {each.slug: each for each in tree(root) if each.slug}


def test_every_type_of_problem_has_an_exception_of_the_same_name():
    theirs = {slug: each for slug, each in slugs(errors.TrackerError).items() if slug not in ELSEWHERE}
    ours = slugs(ProblemError)
    assert {slug: each.__name__ for slug, each in ours.items()} == {
        slug: each.__name__ for slug, each in theirs.items()
    }


def test_every_exception_can_be_imported_from_the_client_and_says_what_it_is():
    named = {name: each for module in (client.errors, client.problem, problems) for name, each in vars(module).items()}
    ours = {name for name, each in named.items() if inspect.isclass(each) and issubclass(each, Exception)}
    assert len(ours) > 30
    assert ours - set(client.__all__) == set()
    assert [name for name in ours if not named[name].__doc__] == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [(418, Refused), (409, Refused), (500, ServerFailed), (502, ServerFailed), (503, Unavailable)],
)
def test_a_type_that_the_client_does_not_know_is_raised_as_the_class_of_its_status(status, expected):
    raised = problems.error_of(problem(status, "of-next-year"))
    assert type(raised) is expected
    assert raised.problem.slug == "of-next-year"


def test_a_message_says_every_field_and_reads_well_in_a_traceback():
    raised = problems.error_of(problem(422, "invalid-order", {"errors": WRONG}))
    assert type(raised) is InvalidOrder
    assert str(raised).splitlines() == [
        "A detail. (invalid-order, HTTP 422)",
        "  /groups/0/sms: Give one of: on, off. [5113]",
        "  /: Give an object.",
        "  line 7 /telephone_number: This is not a telephone number. [5070]",
    ]
    assert (raised.errors[0].pointer, raised.errors[0].code) == ("/groups/0/sms", "5113")
    many = problems.error_of(problem(422, "invalid-order", {"errors": WRONG[:1] * 5000}))
    assert str(many).splitlines()[-1] == "  and 4990 more"


def test_an_order_that_may_be_on_disk_is_named():
    raised = problems.error_of(problem(503, "not-committed", {"order_id": "the-order"}))
    assert type(raised) is NotCommitted
    assert raised.problem.order_id == "the-order"
    assert "the-order" in str(raised)


@pytest.mark.parametrize("answer", [foreign(500), good({}, 404), good([], 400), problem(400, body={"status": None})])
def test_what_is_no_problem_document_is_said(answer):
    try:
        raised = problems.error_of(answer)
    except UnexpectedAnswer as error:
        raised = error
    assert type(raised) is UnexpectedAnswer


def test_exceptions_survive_the_way_into_another_process():
    for error in (
        problems.error_of(problem(422, "invalid-order", {"errors": WRONG})),
        ConnectionFailed("away", sent=False),
        WaitTimeout("too late", order=Order(id="x", kind="lidb", state="held")),
    ):
        found = pickle.loads(pickle.dumps(error))
        assert (type(found), str(found), vars(found)) == (type(error), str(error), vars(error))
