"""Common parameters: what they do to the streams and variables of one command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.pipes import Overrides, action_name
from remora.engine.scopes import Scope
from remora.values.collections import ArrayList

_VARIABLES = (("errorvariable", "error"), ("warningvariable", "warning"), ("informationvariable", "information"))
_PREFERENCES = {
    "erroraction": "ErrorActionPreference",
    "warningaction": "WarningPreference",
    "informationaction": "InformationPreference",
    "progressaction": "ProgressPreference",
}
Emit = Callable[[Any], None]


def overrides_of(values: dict[str, Any], scope: Scope) -> Overrides | None:
    """What the bound common parameters change; None when there are none. scope: where capture variables live."""
    out = Overrides()
    used = False
    for folded in _PREFERENCES:
        if folded in values:
            setattr(out, folded.replace("action", "_action"), _action(folded, values[folded]))
            used = True
    for folded in ("verbose", "debug"):
        if folded in values:
            setattr(out, folded, is_true(values[folded]))
            used = True
    for folded, stream in _VARIABLES:
        if folded in values:
            out.variables[stream] = capture_variable(scope, to_text(values[folded]))
            used = True
    return out if used else None


def _action(parameter: str, value: Any) -> str:
    return action_name(value, "Continue")


def capture_variable(scope: Scope, name: str) -> list[Any]:
    """The list behind ``-ErrorVariable name``; ``+name`` appends to what is there."""
    append = name.startswith("+")
    bare = name.lstrip("+")
    prefix, colon, rest = bare.partition(":")
    if colon:
        scope, bare = scope.named(prefix), rest
    existing = scope.get(bare.lower()) if append else None
    if isinstance(existing, ArrayList):
        return existing
    made = ArrayList(existing if isinstance(existing, list) else [] if existing is None else [existing])
    scope.set(bare, made)
    return made


def preference_variables(values: dict[str, Any]) -> dict[str, Any]:
    """Preference variables that an advanced function gets as locals from its common parameters."""
    out: dict[str, Any] = {
        name: _action(folded, values[folded]) for folded, name in _PREFERENCES.items() if folded in values
    }
    if "verbose" in values:
        out["VerbosePreference"] = "Continue" if is_true(values["verbose"]) else "SilentlyContinue"
    if "debug" in values:
        out["DebugPreference"] = "Continue" if is_true(values["debug"]) else "SilentlyContinue"
    if "whatif" in values:
        out["WhatIfPreference"] = is_true(values["whatif"])
    if "confirm" in values:
        out["ConfirmPreference"] = "Low" if is_true(values["confirm"]) else "None"
    return out


def wrap_emit(values: dict[str, Any], scope: Scope, emit: Emit) -> tuple[Emit, Callable[[], None] | None]:
    """-OutVariable collects what is emitted; -PipelineVariable holds the current object until the pipeline ends (second
    result).
    """
    if "outvariable" in values:
        captured = capture_variable(scope, to_text(values["outvariable"]))
        inner = emit

        def collect(value: Any) -> None:
            captured.append(value)
            inner(value)

        emit = collect
    if "pipelinevariable" not in values:
        return emit, None
    folded = to_text(values["pipelinevariable"]).lower()
    cell = scope.put(to_text(values["pipelinevariable"]), None)
    further = emit

    def hold(value: Any) -> None:
        cell.value = value
        further(value)

    def forget() -> None:
        if scope.vars.get(folded) is cell:
            del scope.vars[folded]

    return hold, forget
