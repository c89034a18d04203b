"""Every (state, trigger) pair of every table is walked: it has the row the reference gives, or is refused."""

from __future__ import annotations

from itertools import product

import pytest

from remora.errors import InvalidState
from remora.states import Machine
from remora.wsman.faults import (
    ConnectedToDifferentClient,
    ShellAlreadyClosed,
    ShellDisconnected,
    shell_refusal,
)
from remora.wsman.states import (
    COMMAND,
    ENUMERATION,
    SHELL,
    CommandState,
    CommandTrigger,
    EnumerationState,
    EnumerationTrigger,
    ShellState,
    ShellTrigger,
)

_TABLES = [
    (SHELL, ShellState, ShellTrigger),
    (COMMAND, CommandState, CommandTrigger),
    (ENUMERATION, EnumerationState, EnumerationTrigger),
]


@pytest.mark.parametrize(("table", "states", "triggers"), _TABLES, ids=["shell", "command", "enumeration"])
def test_each_pair_moves_or_is_refused(table, states, triggers) -> None:
    for state, trigger in product(states, triggers):
        machine = Machine(state, table)
        if (state, trigger) in table:
            assert machine.fire(trigger) is table[state, trigger]
        else:
            with pytest.raises(InvalidState):
                machine.fire(trigger)
            assert machine.state is state


@pytest.mark.parametrize(("table", "states", "triggers"), _TABLES, ids=["shell", "command", "enumeration"])
def test_closed_is_final_and_reachable_from_everywhere(table, states, triggers) -> None:
    closed = next(state for state in states if state.name == "CLOSED")
    assert not [row for row in table if row[0] is closed]
    for state in states:
        reached, todo = set(), [state]
        while todo:
            here = todo.pop()
            reached.add(here)
            todo += [target for (source, _), target in table.items() if source is here and target not in reached]
        assert closed in reached


@pytest.mark.parametrize(
    ("state", "trigger", "fault"),
    [
        (ShellState.CONNECTED, ShellTrigger.CONNECT, ConnectedToDifferentClient),
        (ShellState.DISCONNECTED, ShellTrigger.OPERATE, ShellDisconnected),
        (ShellState.DISCONNECTED, ShellTrigger.DISCONNECT, ShellDisconnected),
        (ShellState.DISCONNECTING, ShellTrigger.OPERATE, ShellDisconnected),
        (ShellState.CLOSED, ShellTrigger.OPERATE, ShellAlreadyClosed),
        (ShellState.CLOSED, ShellTrigger.CONNECT, ShellAlreadyClosed),
    ],
)
def test_refusals_are_the_faults_of_the_reference(state, trigger, fault) -> None:
    assert (state, trigger) not in SHELL
    assert type(shell_refusal(state, trigger)) is fault
