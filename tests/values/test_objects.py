from __future__ import annotations

import copy
import pickle

import pytest

from remora import values as v


def test_members_are_set_found_and_removed_whatever_their_case() -> None:
    found = v.PSObject(("A",), adapted={"Name": 1}, extended={"Note": 2})
    found["NAME"] = 3
    found["new"] = 4
    del found["note"]
    assert (found.adapted, found.extended) == ({"Name": 3}, {"new": 4})
    assert "nAmE" in found
    assert "other" not in found
    assert 3 not in found
    for missing in (lambda: found["none"], lambda: found.__delitem__("none")):
        with pytest.raises(KeyError):
            missing()
    with pytest.raises(AttributeError, match="A has no property 'none'"):
        _ = found.none


def test_names_of_methods_are_reached_by_subscript() -> None:
    found = v.PSObject.custom({"get": 1, "base": 2})
    assert (found["get"], found["base"], found.base) == (1, 2, v.MISSING)


def test_type_names_are_compared_without_case_and_prefix() -> None:
    found = v.PSObject(("Deserialized.System.IO.FileInfo", "Deserialized.System.Object"))
    assert found.is_instance("system.io.fileinfo")
    assert found.is_instance("Deserialized.System.Object")
    assert not found.is_instance("System.IO.DirectoryInfo")
    assert v.PSObject("Only").type_names == ("Only",)
    assert v.PSObject().type_name == ""


def test_text_is_the_to_string_the_base_or_the_type() -> None:
    assert str(v.PSObject(("A",), 5, to_string="five")) == "five"
    assert str(v.PSObject(("A",), 5)) == "5"
    assert str(v.PSObject(("A",))) == "A"
    assert "secret" not in repr(v.PSObject.custom(a="secret"))
    assert repr(v.PSObject.custom(a=1)).startswith("<PSObject System.Management.Automation.PSCustomObject")


def test_a_wrapped_collection_is_iterated() -> None:
    assert list(v.PSObject(("A",), [1, 2])) == [1, 2]
    assert list(v.PSObject(("A",), v.PSObject((), {"k": 1}))) == ["k"]
    with pytest.raises(TypeError):
        iter(v.PSObject.custom(a=1))
    assert v.PSObject()


def test_equality_is_structural_and_ends_on_circles() -> None:
    def circle(last: int) -> v.PSObject:
        first, second = v.PSObject.custom(n=1), v.PSObject.custom(n=last)
        first["next"], second["next"] = second, first
        return first

    assert circle(2) == circle(2)
    assert circle(2) != circle(3)
    assert v.PSObject.custom(a=1) != v.PSObject.custom(a=v.Int64(1))
    assert v.PSObject.custom(a=1) != "text"
    with pytest.raises(TypeError):
        hash(v.PSObject())


def test_sharing_is_part_of_sameness() -> None:
    one: list[int] = []
    assert v.same([one, one], [one, one])
    assert not v.same([one, one], [[], []])
    assert not v.same([[], []], [one, one])


def test_objects_are_copied_and_pickled() -> None:
    value = v.PSObject(("A",), v.MISSING, {"x": [v.Int64(1)]}, {"y": v.EnumValue(1, "E", "One")}, "t")
    assert v.same(copy.deepcopy(value), value)
    assert v.same(pickle.loads(pickle.dumps(value)), value)
    assert copy.deepcopy(value).base is v.MISSING


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (0.0, -0.0),
        (1, True),
        (1, v.Int64(1)),
        ("a", v.Char("a")),
        ([1], v.ArrayList([1])),
        (v.TypedArray([], "A"), v.TypedArray([], "B")),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (v.EnumValue(1, "A", "x"), v.EnumValue(1, "B", "x")),
        (v.SecureString("a"), v.SecureString("b")),
        (v.Hashtable({"a": 1}), v.Hashtable({"a": 1}, case_sensitive=True)),
    ],
    ids=repr,
)
def test_what_differs_on_the_wire_is_not_the_same(left: object, right: object) -> None:
    assert not v.same(left, right)
    assert v.same(left, copy.deepcopy(left))
    assert v.same(float("nan"), float("nan"))
