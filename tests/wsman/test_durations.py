from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import RemoteProtocolError
from remora.wsman.durations import format_elapsed, format_seconds, format_timeout, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT7200.000S", 7200.0),
        ("P0DT0H0M2S", 2.0),
        ("P1DT2H3M4.5S", 93784.5),
        ("PT36H", 129600.0),
        ("P1M", 30 * 86400.0),
        ("P1Y", 365 * 86400.0),
        ("-PT1S", -1.0),
        ("PT2147483.647S", 2147483.647),
        (" PT1M ", 60.0),
    ],
)
def test_both_dialects_are_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "20", "PT20", "PT-1S", "P1S", "PT1H1H", "PT٣S", "x" * 500])
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        parse_duration(text)


def test_writers() -> None:
    assert format_seconds(7200) == "PT7200.000S"
    assert format_timeout(20) == "PT20S"
    assert format_timeout(0.5) == "PT0.5S"
    assert format_elapsed(93784.9) == "P1DT2H3M4S"
    assert format_elapsed(-1) == "P0DT0H0M0S"


@given(st.integers(0, 10**12))
def test_what_is_written_is_read(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert parse_duration(format_seconds(seconds)) == pytest.approx(seconds, abs=1e-3)
    assert parse_duration(format_timeout(seconds)) == pytest.approx(seconds, abs=1e-3)
    assert parse_duration(format_elapsed(seconds)) == int(seconds)


@given(st.text(max_size=40))
def test_garbage_raises_only_our_error(text: str) -> None:
    with contextlib.suppress(RemoteProtocolError):
        parse_duration(text)
