from __future__ import annotations

import itertools

import pytest

from remora.errors import InvalidState
from remora.psrp.states import (
    CLIENT_PIPELINE,
    CLIENT_POOL,
    OUTCOME,
    SERVER_PIPELINE,
    SERVER_POOL,
    PipelineTrigger,
    PoolTrigger,
    PSInvocationState,
    RunspacePoolState,
)
from remora.states import Machine


@pytest.mark.parametrize("table", [CLIENT_POOL, SERVER_POOL])
def test_every_pair_of_a_pool_moves_or_is_refused(table: dict) -> None:
    for state, trigger in itertools.product(RunspacePoolState, PoolTrigger):
        machine = Machine(state, table)
        if (state, trigger) in table:
            assert machine.fire(trigger) is table[state, trigger]
        else:
            with pytest.raises(InvalidState):
                machine.fire(trigger)
            assert machine.state is state


@pytest.mark.parametrize("table", [CLIENT_PIPELINE, SERVER_PIPELINE])
def test_every_pair_of_a_pipeline_moves_or_is_refused(table: dict) -> None:
    for state, trigger in itertools.product(PSInvocationState, PipelineTrigger):
        machine = Machine(state, table)
        if (state, trigger) in table:
            assert not state.terminal, "nothing follows a terminal state"
            assert machine.fire(trigger) is table[state, trigger]
        else:
            with pytest.raises(InvalidState):
                machine.fire(trigger)


@pytest.mark.parametrize("table", [CLIENT_POOL, SERVER_POOL])
def test_closed_and_broken_pools_stay_so(table: dict) -> None:
    ends = {RunspacePoolState.CLOSED, RunspacePoolState.BROKEN}
    assert all(after is before for (before, _), after in table.items() if before in ends)


def test_outcomes_lead_to_the_state_they_stand_for() -> None:
    for state, trigger in OUTCOME.items():
        targets = {after for (_, fired), after in CLIENT_PIPELINE.items() if fired is trigger}
        assert state in targets
        assert targets <= {state, PSInvocationState.STOPPING}
    terminal = {PSInvocationState.STOPPED, PSInvocationState.COMPLETED, PSInvocationState.FAILED}
    assert {state for state in PSInvocationState if state.terminal} == terminal
