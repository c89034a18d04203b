"""What a session does before its users come: modules and a start-up script, with the full language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.language.defining import define
from remora.engine.language.mode import SETUP
from remora.engine.language.policy import set_policy
from remora.engine.streams import CollectingSink

if TYPE_CHECKING:
    from remora.engine.errors import ErrorRecord
    from remora.engine.runspace import Runspace


def run_startup(runspace: Runspace) -> list[ErrorRecord]:
    """Import the modules of the initial state and run its script; their errors. Then the execution policy holds."""
    state, context = runspace.state, runspace.context
    sink = CollectingSink()
    texts = [f"Import-Module '{name.replace(chr(39), chr(39) * 2)}' -Global" for name in state.modules]
    ended: list[ErrorRecord] = []
    with context.in_mode(SETUP if state.is_limited else context.mode):
        if state.plan is not None:
            with runspace.entered():
                define(context, state.plan)
            texts = [*texts, *state.plan.texts]
        for text in (*texts, state.startup_script):
            result = runspace.invoke(text, sink=sink) if text else None
            if result is not None and result.error is not None:
                ended.append(result.error)
    if state.plan is not None:
        set_policy(context, state.plan.execution_policy)
    return [*sink.errors, *ended]
