"""A census of the parameters that tests give: ``pytest -p tests.support.parameter_census -p no:randomly DIRECTORY``.

Each test that passes runs again without one of the parameters it bound, for parameters that no test has missed yet. At
the end: which declared parameters no test bound, and which could be dropped without a test failing. In one process.
"""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from remora.engine.binding.binder import Binder
from remora.engine.commands import CmdletInfo
from remora.modules import builtin_commands

_TRIES = 3
_KEPT = {"whatif", "confirm"}
"""What keeps a test from changing the machine it runs on, such as its date: never dropped."""
_seen: set[tuple[str, str]] = set()
_tried: dict[tuple[str, str], int] = {}
_missed: set[tuple[str, str]] = set()
_dropped: tuple[str, str] = ("", "")
_bind, _input = Binder.bind, Binder.bind_input


def _without(binder: Binder, values: dict[str, Any] | None) -> None:
    info = binder.failures.info
    if values and isinstance(info, CmdletInfo):
        _seen.update((info.name, folded) for folded in values)
        if info.name == _dropped[0]:
            values.pop(_dropped[1], None)


def _bound(binder: Binder, *arguments: Any, **options: Any) -> None:
    _bind(binder, *arguments, **options)
    _without(binder, binder.values)


def _took(binder: Binder, value: Any) -> dict[str, Any] | None:
    found = _input(binder, value)
    _without(binder, found)
    return found


def pytest_configure() -> None:
    Binder.bind, Binder.bind_input = _bound, _took  # type: ignore[method-assign]
    Binder.direct_input = lambda binder: None  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Function, nextitem: pytest.Item | None) -> bool:
    """Run the test, then again without each parameter that is still to be missed."""
    global _dropped
    _seen.clear()
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    passed = all(report.passed for report in runtestprotocol(item, nextitem=nextitem))
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    for pair in sorted(_seen):
        _tried.setdefault(pair, 0)
        if passed and pair[1] not in _KEPT and pair not in _missed and _tried[pair] < _TRIES:
            _tried[pair] += 1
            _dropped = pair
            item._initrequest()
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=nextitem)):
                _missed.add(pair)
            _dropped = ("", "")
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    declared = {(info.name, p.name.lower()) for info in builtin_commands().all() for p in info.cls.spec.parameters}
    for title, pairs in (
        ("no test binds", declared - _tried.keys()),
        ("no test misses", {pair for pair in _tried if pair[1] not in _KEPT} - _missed),
    ):
        terminalreporter.section(title)
        for name, parameter in sorted(pairs & declared):
            terminalreporter.line(f"{name} -{parameter}")
