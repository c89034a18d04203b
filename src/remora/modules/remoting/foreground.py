"""Invoke-Command that waits: what all targets write goes to the cmdlet's streams as it comes."""

from __future__ import annotations

from typing import Any, Final

from remora.client.jobs import JobState
from remora.client.portal import Call
from remora.client.remote_command import CommandTarget, RemoteCommand
from remora.client.repository import current_repository
from remora.client.results import PipelineEnded
from remora.engine.errors import error
from remora.modules.remoting.common import PORTAL, Caller, origin_of
from remora.modules.remoting.invoking import InvokeCommand
from remora.modules.remoting.outbox import Outbox
from remora.modules.remoting.remote_job import disconnected_job, failure_record
from remora.modules.remoting.session_object import SessionObject

_LOOK: Final = 0.1
_HELD: Final = 1000
"""Objects of the input that may wait for the slowest target."""


class Foreground:
    """One command on its way; whatever ends the cmdlet ends it on every target."""

    def __init__(self, cmdlet: InvokeCommand, command: RemoteCommand) -> None:
        self._cmdlet = cmdlet
        self._caller = Caller(cmdlet)
        self._command = command
        self._outbox = Outbox(PORTAL.loop)
        self._over: list[CommandTarget] = []
        self._shown = not cmdlet.hide_computer_name
        command.changed = self._changed
        self._call: Call[None] = PORTAL.start(command.run(self._outbox.put))

    def feed(self, value: Any) -> None:
        """Give one object of input to every target; waits while the slowest has too much before it."""
        assert self._command.input is not None
        PORTAL.run(self._command.input.add([value]))
        self._drain(0)
        while self._command.input.held > _HELD and not self._call.wait(0):
            self._drain(_LOOK)

    def finish(self) -> None:
        """Wait for the end on every target."""
        if self._command.input is not None:
            PORTAL.run(self._command.input.close())
        while not self._call.wait(0):
            self._drain(_LOOK)
        self._drain(0)
        self._call.result()

    def _changed(self, target: CommandTarget) -> None:
        """In the loop: a target is over, or left."""
        if target.over or target.state is JobState.DISCONNECTED:
            self._over.append(target)
            self._outbox.wake()

    def _drain(self, seconds: float) -> None:
        try:
            self._cmdlet.check_stop()
            self._caller.tell_redirections()
            for target, item in self._outbox.take(seconds):
                self._caller.show(item, origin_of(target.session), shown=self._shown)
            while self._over:
                self._ended(self._over.pop(0))
        except BaseException:
            self._call.cancel()
            raise

    def _ended(self, target: CommandTarget) -> None:
        """Say how it ended on one target, after everything that it wrote."""
        for late, item in self._outbox.take(0):
            self._caller.show(item, origin_of(late.session), shown=self._shown)
        if target.state is JobState.DISCONNECTED:
            self._left(target)
        elif (record := failure_record(target)) is not None:
            if isinstance(target.failure, PipelineEnded) and len(self._command.targets) == 1:
                raise self._cmdlet.throw(record)
            self._cmdlet.write_error(record)

    def _left(self, target: CommandTarget) -> None:
        """The session was left while the script ran: by the network, or because somebody disconnected it."""
        session = target.session
        if target.lost:
            lost = error(
                f"The network connection to {session.computer_name} could not be restored in time, so that the session "
                f"{session.name} is now disconnected. Connect to it again to receive what the command writes.",
                "PowerShellNetworkFailedStartDisconnect",
                "OperationTimeout",
                SessionObject(session),
            )
            self._cmdlet.write_error(lost.record)
        self._cmdlet.write_warning(f"Session {session.name} with instance ID {session.instance_id} was disconnected.")
        if target.own:
            current_repository().add(session)
            self._cmdlet.write_warning(
                f"A session {session.name} with instance ID {session.instance_id} on computer "
                f"{session.computer_name} was added to this process, in state Disconnected.",
            )
            return
        job = disconnected_job(self._cmdlet.session, self._command, target, shown=self._shown)
        self._cmdlet.write_warning(f"The command goes on in job {job.name} with ID {job.id}, which is disconnected.")
