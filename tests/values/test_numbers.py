from __future__ import annotations

import copy
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import values as v
from remora.values.numbers import shortest_single

SIZED = [v.Int64, v.UInt64, v.UInt32, v.Int16, v.UInt16, v.SByte, v.Byte]


@given(st.integers(min_value=-(2**60000), max_value=2**60000))
def test_large_numbers_have_a_text_of_any_length(number: int) -> None:
    assert v.BigInteger(str(v.BigInteger(number))) == number


def test_numbers_beyond_all_sizes_are_refused() -> None:
    for value in (1 << v.BigInteger.MAX_BITS, "9" * v.BigInteger.MAX_BITS):
        with pytest.raises(OverflowError):
            v.BigInteger(value)


@pytest.mark.parametrize("kind", SIZED)
def test_the_range_is_the_types_range(kind: type[v.SizedInt]) -> None:
    assert kind(kind.MIN) == kind.MIN
    assert kind(str(kind.MAX)) == kind.MAX
    for outside in (kind.MIN - 1, kind.MAX + 1):
        with pytest.raises(ValueError, match=kind.TYPE_NAME):
            kind(outside)


@pytest.mark.parametrize("kind", [*SIZED, v.BigInteger])
def test_a_sized_number_shows_its_type_but_prints_as_a_number(kind: type[int]) -> None:
    value = kind(7)
    assert (str(value), f"{value}", repr(value)) == ("7", "7", f"{kind.__name__}(7)")
    assert type(value + 1) is int
    assert type(pickle.loads(pickle.dumps(value))) is kind
    assert type(copy.deepcopy(value)) is kind
    assert not v.same(value, 7)


def test_single_is_rounded_and_bounded() -> None:
    assert v.Single(0.1) == 0.10000000149011612
    assert str(v.Single(0.1)) == "0.1"
    assert v.Single("inf") == math.inf
    with pytest.raises(ValueError, match=r"System\.Single"):
        v.Single(1e39)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_the_shortest_text_of_a_single_reads_back(value: float) -> None:
    assert v.Single(shortest_single(value)) == value
