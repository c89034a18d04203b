from __future__ import annotations

from enum import Enum, auto

import pytest

from remora.errors import InvalidState
from remora.states import Machine


class Lamp(Enum):
    OFF = auto()
    ON = auto()


class Switch(Enum):
    PRESS = auto()
    BREAK = auto()


TABLE = {(Lamp.OFF, Switch.PRESS): Lamp.ON, (Lamp.ON, Switch.PRESS): Lamp.OFF}


def test_fire_moves_along_the_table() -> None:
    machine = Machine(Lamp.OFF, TABLE)
    assert machine.fire(Switch.PRESS) is Lamp.ON
    assert machine.state is Lamp.ON


def test_check_and_can_change_nothing() -> None:
    machine = Machine(Lamp.OFF, TABLE)
    assert machine.check(Switch.PRESS) is Lamp.ON
    assert machine.can(Switch.PRESS)
    assert not machine.can(Switch.BREAK)
    assert machine.state is Lamp.OFF


def test_a_missing_row_names_trigger_and_state_and_keeps_the_state() -> None:
    machine = Machine(Lamp.ON, TABLE)
    with pytest.raises(InvalidState, match="BREAK while ON"):
        machine.fire(Switch.BREAK)
    assert machine.state is Lamp.ON
