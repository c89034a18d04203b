"""The rehearsal before workers are forked: it leaves warm code, and nothing else."""

from __future__ import annotations

import os
import threading

import pytest

from remora.errors import RemoraError
from remora.modules import builtin_commands
from remora.worker import rehearsal
from remora.worker.rehearsal import rehearse


def descriptors() -> set[str]:
    return {os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd") if _is_open(name)}


def _is_open(name: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{name}")


def test_nothing_is_left_behind() -> None:
    table = builtin_commands()
    rehearse(table)
    threads, files, environment, place = threading.enumerate(), descriptors(), dict(os.environ), os.getcwd()
    rehearse(table)
    assert set(threading.enumerate()) <= set(threads)  # threads of other tests may have ended meanwhile
    assert descriptors() == files
    assert dict(os.environ) == environment
    assert os.getcwd() == place


def test_the_play_is_a_whole_one(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []
    ask = rehearsal._Front._ask

    def listen(self: rehearsal._Front, request: rehearsal.p.Request) -> rehearsal.p.Result:
        played.append(type(request).__name__)
        return ask(self, request)

    monkeypatch.setattr(rehearsal._Front, "_ask", listen)
    rehearse(builtin_commands())
    assert played[0] == "Open"
    assert played.count("RunCommand") == rehearsal.TIMES
    assert played.count("Receive") > rehearsal.TIMES
    assert played[-1] == "Delete"


def test_a_play_that_breaks_off_is_told_and_cleared_away(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = threading.enumerate()

    def fail(self: rehearsal._Front) -> None:
        raise ConnectionResetError("gone")

    monkeypatch.setattr(rehearsal._Front, "play", fail)
    with pytest.raises(RemoraError):
        rehearse(builtin_commands())
    assert set(threading.enumerate()) <= set(threads)  # threads of other tests may have ended meanwhile
