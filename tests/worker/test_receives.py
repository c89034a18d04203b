"""When output that has come is sent: together with what follows at once, or alone after a pause."""

from __future__ import annotations

from remora.worker import protocol as p
from tests.worker.test_shell import Desk, receive

COALESCE = p.Limits().coalesce


def asking(desk: Desk) -> None:
    assert desk.ask(receive("C")) == []


def test_the_first_output_of_a_command_waits_for_more_and_later_output_after_a_pause_does_not() -> None:
    desk = Desk()
    desk.one(p.RunCommand(command_id="C"))
    asking(desk)
    desk.put("C", b"first")
    assert desk.pass_time(0) == []
    assert len(desk.pass_time(2 * COALESCE)) == 1
    asking(desk)
    desk.pass_time(1)
    desk.put("C", b"later", 2)
    assert len(desk.pass_time(0)) == 1


def test_output_that_follows_at_once_waits_again() -> None:
    desk = Desk()
    desk.one(p.RunCommand(command_id="C"))
    asking(desk)
    desk.put("C", b"first")
    assert desk.pass_time(0) == []
    assert len(desk.pass_time(2 * COALESCE)) == 1
    asking(desk)
    desk.put("C", b"next", 2)
    assert desk.pass_time(0) == []
    assert len(desk.pass_time(2 * COALESCE)) == 1
