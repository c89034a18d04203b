from __future__ import annotations

import pytest

from remora import values as v


def test_string_keys_ignore_case_and_keep_their_first_spelling() -> None:
    table = v.Hashtable({"Name": 1})
    table["NAME"] = 2
    assert dict(table) == {"Name": 2}
    assert "nAME" in table
    del table["name"]
    assert len(table) == 0
    with pytest.raises(KeyError):
        _ = table["name"]
    with pytest.raises(KeyError):
        del table["name"]


def test_a_case_sensitive_table_tells_them_apart() -> None:
    table = v.Hashtable([("a", 1), ("A", 2)], case_sensitive=True)
    assert list(table.items()) == [("a", 1), ("A", 2)]


def test_keys_of_different_types_differ() -> None:
    keys = [1, v.Int64(1), True, 1.0, "1", v.Char("1"), v.EnumValue(1, "A"), v.EnumValue(1, "B")]
    table = v.Hashtable([(key, place) for place, key in enumerate(keys)])
    assert [table[key] for key in keys] == list(range(len(keys)))


def test_objects_are_keys_by_identity() -> None:
    one, other = v.PSObject.custom(a=1), v.PSObject.custom(a=1)
    table = v.Hashtable([(one, "one"), (other, "other")])
    assert (table[one], table[other], len(table)) == ("one", "other", 2)


def test_tables_compare_by_content() -> None:
    assert v.Hashtable({"a": 1}) == v.Hashtable({"a": 1})
    assert v.Hashtable({"A": 1}) == {"a": 1}
    assert v.Hashtable({"a": 1}) != {"a": 2}
    assert v.OrderedDictionary({"a": 1, "b": 2}) != v.OrderedDictionary({"b": 2, "a": 1})
    assert v.Hashtable() != 5
    assert repr(v.Hashtable({"a": 1})) == "Hashtable([('a', 1)])"


@pytest.mark.parametrize(
    ("keys", "capacity", "expected"),
    [
        ([1, 2, 3], 3, [3, 2, 1]),
        (list(range(1, 13)), 0, list(range(12, 0, -1))),
        ([100, 5, 33, 7, -1], 5, [33, 5, 100, -1, 7]),
        ([1, "a", 2], 3, [1, "a", 2]),
        (["b", "a"], 2, ["b", "a"]),
    ],
)
def test_whole_numbers_come_by_bucket(keys: list[object], capacity: int, expected: list[object]) -> None:
    table = v.Hashtable([(key, None) for key in keys], capacity=capacity)
    assert list(table) == expected
    assert list(v.OrderedDictionary([(key, None) for key in keys])) == keys
