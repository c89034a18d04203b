"""Cmdlets that set the clock, show progress or run blocks in turn."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from remora.engine.convert import to_text
from tests.modules.conftest import Session


def test_the_clock(ps: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(time, "clock_settime", lambda clock, seconds: told.append(seconds))
    ran = ps(
        "$d = Set-Date -Date 2020-01-02T03:04:05Z -DisplayHint Time; $d.DisplayHint; Set-Date -Adjust 1:0:0 | Out-Null"
    )
    assert (ran.ids, to_text(ran.output[0])) == ([], "Time")
    assert told[0] == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    assert 3590 < told[1] - time.time() < 3610


def test_where_progress_comes_from(ps: Session) -> None:
    shown = ps("Write-Progress busy -SourceId 7 -Id 2").sink.progresses
    assert [(record.source_id, record.activity_id) for record in shown] == [(7, 2)]


def test_foreach_runs_its_blocks_in_turn(ps: Session) -> None:
    assert ps("1, 2 | ForEach-Object -Begin { 'b' } -Process { $_ } -End { 'e' }").output == ["b", 1, 2, "e"]
    assert ps("1 | ForEach-Object { 'b' } { $_ } { 'r' } { 'e' }").output == ["b", 1, "r", "e"]
    assert ps("1 | ForEach-Object -RemainingScripts { 'r' }, { 'e' } { 'b' }").output == ["b", "r", "e"]
    assert ps("'abc' | ForEach-Object -MemberName Substring -ArgumentList 1, 1").output == ["b"]
    assert ps("ForEach-Object -InputObject 5 { $_ }").output == [5]
