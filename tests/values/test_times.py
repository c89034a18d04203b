from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora import values as v
from remora.values.times import kind_of, timespan_from_ticks, timespan_ticks


def test_kinds_follow_the_zone() -> None:
    east = timezone(timedelta(hours=2))
    assert [kind_of(datetime(2020, 1, 1, tzinfo=zone)) for zone in (None, UTC, east)] == ["unspecified", "utc", "local"]
    assert kind_of(v.DateTime(2020, 1, 1, tzinfo=UTC, kind="local")) == "local"
    with pytest.raises(ValueError, match="tzinfo"):
        v.DateTime(2020, 1, 1, kind="utc")
    with pytest.raises(ValueError, match="offset"):
        v.DateTime(2020, 1, 1, tzinfo=east, kind="utc")
    with pytest.raises(ValueError, match="digit"):
        v.DateTime(2020, 1, 1, ticks_digit=10)


def test_the_seventh_digit_counts_in_comparisons() -> None:
    plain = datetime(2020, 1, 1)
    low, high = (v.DateTime.of(plain, ticks_digit=digit) for digit in (1, 2))
    assert plain < low < high
    assert high > low >= low
    assert low != plain
    assert low <= high
    assert low != "2020"
    assert len({low, high, plain}) == 3
    with pytest.raises(TypeError):
        _ = low < date(2020, 1, 1)


def test_copies_keep_digit_and_kind_and_arithmetic_drops_the_digit() -> None:
    moment = v.DateTime(2020, 1, 1, tzinfo=UTC, ticks_digit=3, kind="local")
    for again in (copy.copy(moment), copy.deepcopy(moment), pickle.loads(pickle.dumps(moment))):
        assert v.same(again, moment)
    assert (moment + timedelta(1)).ticks_digit == 0
    assert moment.replace(tzinfo=None).kind == "unspecified"
    span = v.TimeSpan(1, ticks_digit=4)
    assert v.same(pickle.loads(pickle.dumps(span)), span)
    with pytest.raises(ValueError, match="digit"):
        v.TimeSpan(ticks_digit=-1)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_ticks_come_back_and_order_spans(left: int, right: int) -> None:
    one, other = timespan_from_ticks(left), timespan_from_ticks(right)
    assert timespan_ticks(one) == left
    assert (one < other, one <= other, one == other) == (left < right, left <= right, left == right)
    assert (one > other, one >= other, one != other) == (left > right, left >= right, left != right)


def test_spans_beyond_dotnet_are_refused() -> None:
    with pytest.raises(ValueError, match="TimeSpan"):
        timespan_from_ticks(2**63)
