import sys

import pytest

import service.kinds
from service.errors import Misconfigured
from service.kinds import shelf
from service.order_request.reading import read_order

TOY = """
from dataclasses import replace

from service.kinds.tn_options import KIND as MODEL

KIND = replace(MODEL, name="{name}")
"""


@pytest.fixture
def drop_in(tmp_path, monkeypatch):
    """Put a module on the shelf, as a new file under service/kinds would."""
    monkeypatch.setattr(service.kinds, "__path__", [*service.kinds.__path__, str(tmp_path)])
    shelf.cache_clear()
    dropped = []

    def drop(module, text):
        (tmp_path / f"{module}.py").write_text(text)
        dropped.append(f"service.kinds.{module}")

    yield drop
    shelf.cache_clear()
    for module in dropped:
        sys.modules.pop(module, None)


def test_every_module_on_the_shelf_is_found_by_its_kinds_name():
    assert "tn-options" in shelf()
    assert all(name == kind.name for name, kind in shelf().items())


def test_the_shelf_is_read_once_and_cannot_be_changed():
    assert shelf() is shelf()
    with pytest.raises(TypeError):
        shelf()["x"] = None


def test_a_toy_kind_needs_no_other_file_than_its_own(drop_in):
    drop_in("toy", TOY.format(name="toy"))
    assert {"toy", "tn-options"} <= set(shelf())
    assert shelf()["toy"].submit == shelf()["tn-options"].submit


def test_two_kinds_of_one_name_do_not_start(drop_in):
    drop_in("toy", TOY.format(name="tn-options"))
    with pytest.raises(Misconfigured, match="tn-options"):
        shelf()


@pytest.mark.parametrize("text", ["", "KIND = 'tn-options'"])
def test_a_module_without_a_kind_does_not_start(drop_in, text):
    drop_in("stray", text)
    with pytest.raises(Misconfigured, match=r"service\.kinds\.stray"):
        shelf()


def test_every_kind_tells_an_example_that_its_own_model_takes():
    for kind in shelf().values():
        assert kind.subjects(read_order(kind.model, kind.example))


def test_what_a_kind_hides_is_called_as_its_model_calls_it():
    for kind in shelf().values():
        schema = kind.model.model_json_schema()
        names = {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", ())}
        assert kind.secret_fields | kind.personal_fields <= names
        assert not kind.secret_fields & kind.personal_fields
        # what hides a field hides the element that it is sent as
        assert bool(kind.secret_fields) <= bool(kind.secret_elements)
        assert bool(kind.personal_fields) <= bool(kind.personal_elements)
