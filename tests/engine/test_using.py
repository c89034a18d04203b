from __future__ import annotations

from typing import Any

import pytest

from remora.engine import using
from remora.engine.runspace import Runspace
from remora.psrp.spec import CommandSpec


class Sink:
    def __init__(self) -> None:
        self.out: list[Any] = []
        self.errors: list[Any] = []

    def output(self, value: Any) -> None:
        self.out.append(value)

    def error(self, record: Any) -> None:
        self.errors.append(record)

    def __getattr__(self, name: str) -> Any:
        return lambda record: None


def run(script: str, given: Any) -> Sink:
    sink = Sink()
    command = CommandSpec(name=script, is_script=True, parameters=((using.PARAMETER, given), (None, 5)))
    result = Runspace().invoke([[command]], sink=sink)
    if result.error is not None:
        sink.errors.append(result.error)
    return sink


def test_the_values_travel_beside_the_arguments() -> None:
    sink = run("param($n) $n + $using:Count; $using:name", using.to_parameter({"Count": 2, "NAME": "fish"}))
    assert sink.out == [7, "fish"]
    assert sink.errors == []


@pytest.mark.parametrize("given", [{"not base64!": 1}, {"eA==": 1}, None, 7, {"JAB4AA==": 1}])
def test_a_damaged_dictionary_leaves_the_variable_unset(given: Any) -> None:
    sink = run("$using:x", given)
    assert sink.out == []
    assert "UsingWithoutInvokeCommand" in sink.errors[0].fully_qualified_id


def test_the_values_end_with_the_script() -> None:
    runspace, sink = Runspace(), Sink()
    given = ((using.PARAMETER, using.to_parameter({"x": 1})),)
    runspace.invoke([[CommandSpec(name="$using:x", is_script=True, parameters=given)]], sink=sink)
    result = runspace.invoke("$using:x", sink=sink)
    assert sink.out == [1]
    assert result.had_errors
    assert len(sink.errors) == 1
