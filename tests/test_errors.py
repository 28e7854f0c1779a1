"""The tree of errors: every class says its status, its slug and what to do."""

from __future__ import annotations

import re

import pytest

from service import errors


def every(parent=errors.TrackerError):
    yield parent
    for each in parent.__subclasses__():
        yield from every(each)


ALL = [each for each in every() if each.__module__.startswith(f"{errors.__name__}.")]


def test_every_slug_is_unique_and_a_word_of_an_address():
    slugs = [each.slug for each in ALL]

    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", each) for each in slugs)


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_says_its_own_status_slug_and_message(kind):
    assert 400 <= kind.status <= 599
    assert "slug" in vars(kind)
    assert kind.title().endswith(".")


def test_the_tree_at_the_top_of_the_package_names_every_class_and_its_status():
    for kind in ALL:
        (line,) = re.findall(rf"^\W*{kind.__name__}\b.*$", errors.__doc__, re.MULTILINE)
        told = re.findall(r"\b\d{3}\b", line)
        assert told in ([], [str(kind.status)]), line


def test_an_error_without_a_detail_says_its_title():
    error = errors.NotFound()

    assert str(error) == error.detail == errors.NotFound.title()


def test_what_was_not_committed_carries_the_id():
    error = errors.NotCommitted("an-id")

    assert (error.order_id, error.status, error.retry_after > 0) == ("an-id", 503, True)
