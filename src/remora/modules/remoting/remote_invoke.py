"""Invoke-Command somewhere else: in open sessions, in sessions of its own, in a job, or in sessions that are left."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from remora.client.connection_info import connection_infos
from remora.client.invoke import invoke_command, read_script
from remora.client.pssession import PSSession
from remora.client.remote_command import CommandTarget, InputFeed, RemoteCommand
from remora.client.repository import current_repository
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.language.plain_commands import PlainCommand, plain_commands
from remora.engine.nothing import NOTHING
from remora.engine.using import PARAMETER, to_parameter, using_values
from remora.engine.wildcard import has_wildcard
from remora.engine.wire import to_wire
from remora.errors import ConfigError
from remora.modules.common import as_list
from remora.modules.remoting.common import PORTAL, Caller, remoting_error, sessions_of
from remora.modules.remoting.foreground import Foreground
from remora.modules.remoting.invoking import InvokeCommand
from remora.modules.remoting.remote_job import start_remote_job
from remora.modules.remoting.session_object import SessionObject
from remora.psrp.spec import CommandSpec, PipelineSpec

_INVALID_OPERATION: Final = "System.InvalidOperationException"


class RemoteInvoke:
    """One Invoke-Command with a session, a computer name or a URI.

    It starts with the first object of its input, or at the end when there is none.
    """

    def __init__(self, cmdlet: InvokeCommand) -> None:
        self._cmdlet = cmdlet
        self._caller = Caller(cmdlet)
        self._feed = InputFeed()
        self._given: list[Any] = []
        self._foreground: Foreground | None = None
        self._check()
        self._script = self._text()

    def take(self, value: Any) -> None:
        """Take one object of the pipeline's input."""
        if value is NOTHING:
            return
        wire = to_wire(value)
        if self._as_job or self._cmdlet.in_disconnected_session:
            self._given.append(wire)
            return
        if self._foreground is None:
            self._foreground = Foreground(self._cmdlet, self._command(self._targets(check=True), has_input=True))
        self._foreground.feed(wire)

    def finish(self) -> None:
        """The input has ended: run to the end, or leave what was started."""
        if self._cmdlet.in_disconnected_session:
            self._leave()
        elif self._as_job:
            self._start_job()
        else:
            if self._foreground is None:
                self._foreground = Foreground(self._cmdlet, self._command(self._targets(check=True), has_input=False))
            self._foreground.finish()

    @property
    def _as_job(self) -> bool:
        return bool(self._cmdlet.as_job or self._cmdlet.job_name)

    def _check(self) -> None:
        cmdlet = self._cmdlet
        wrong = None
        if cmdlet.in_disconnected_session and self._as_job:
            wrong = "The AsJob and JobName parameters cannot be used with the InDisconnectedSession parameter."
        elif cmdlet.session_name is not None and not cmdlet.in_disconnected_session:
            wrong = "The SessionName parameter can only be used with the InDisconnectedSession parameter."
        if wrong is not None:
            failure = error(wrong, _INVALID_OPERATION, "NotSpecified", type_name=_INVALID_OPERATION)
            raise cmdlet.throw(failure)

    def _text(self) -> str:
        cmdlet = self._cmdlet
        if cmdlet.script_block is not None:
            return str(cmdlet.script_block.text)
        given = to_text(cmdlet.file_path)
        if has_wildcard(given):
            raise self._bad_file(f"The path '{given}' has wildcards: give one script file.")
        if not given.lower().endswith(".ps1"):
            raise self._bad_file(f"The path '{given}' does not name a script: its extension must be .ps1.")
        unc = given.startswith(("\\\\", "//"))
        try:
            return read_script(given if unc else cmdlet.session.file_path(given))
        except ConfigError as failure:
            raise cmdlet.throw(error(str(failure), "FilePathNotFound", "ObjectNotFound", given)) from None

    def _bad_file(self, message: str) -> Exception:
        return self._cmdlet.throw(
            error(message, "Argument", "InvalidArgument", type_name="System.Management.Automation.PSArgumentException")
        )

    # -- where ---------------------------------------------------------------------------------------------------------

    def _place(self) -> dict[str, Any]:
        cmdlet = self._cmdlet
        if cmdlet.connection_uri is not None:
            return {"connection_uri": [to_text(item) for item in as_list(cmdlet.connection_uri)]}
        return {"computer_name": [to_text(item) for item in as_list(cmdlet.computer_name)]}

    def _targets(self, *, check: bool) -> list[CommandTarget]:
        cmdlet = self._cmdlet
        if cmdlet.session_ is not None:
            sessions = sessions_of(cmdlet.session_)
            if len({session.instance_id for session in sessions}) != len(sessions):
                twice = error("A session is given twice.", "RemoteRunspaceInfoHasDuplicates", "InvalidArgument")
                raise cmdlet.throw(twice)
            return [CommandTarget(session=session) for session in (self._usable(sessions) if check else sessions)]
        way = self._caller.way(cmdlet)
        way.pop("throttle_limit", None)
        way["enable_network_access"] = bool(cmdlet.enable_network_access)
        repository = current_repository()
        targets = []
        for info in connection_infos(**self._place(), **way):
            session = PSSession(info, instance_id=uuid4(), repository=repository)
            session.name = f"Runspace{repository.next_id()}"
            targets.append(CommandTarget(session=session, own=True))
        return targets

    def _usable(self, sessions: list[PSSession]) -> list[PSSession]:
        """The sessions that can run a command; each of the others is an error of its own."""
        usable = []
        for session in sessions:
            opened, free = session.state is RunspaceState.OPENED, session.availability is RunspaceAvailability.AVAILABLE
            if opened and free:
                usable.append(session)
                continue
            self._cmdlet.fail(
                f"The session {session.name} cannot run a command: its state is {session.state.value}, its "
                f"availability {session.availability.value}.",
                f"InvokeCommandCommandInvalidSession{'Availability' if opened else 'State'}",
                "InvalidOperation",
                SessionObject(session),
            )
        if not usable:
            nothing = "There is no session that can run the command."
            raise self._cmdlet.throw(error(nothing, "InvalidOperation", "InvalidOperation"))
        return usable

    # -- what ----------------------------------------------------------------------------------------------------------

    def _command(self, targets: list[CommandTarget], *, has_input: bool) -> RemoteCommand:
        return RemoteCommand(
            script=self._script,
            targets=targets,
            arguments=self._arguments(),
            parameters=self._using(),
            input=self._feed if has_input else None,
            throttle_limit=self._cmdlet.throttle_limit,
            plain=None if has_input else self._plain(),
        )

    def _plain(self) -> PipelineSpec | None:
        """The script block as commands, when it is no more than that."""
        block = self._cmdlet.script_block
        found = plain_commands(block, as_list(self._cmdlet.argument_list)) if block is not None else None
        if found is None:
            return None
        return PipelineSpec(statements=tuple(tuple(map(_command_spec, pipeline)) for pipeline in found))

    def _using(self) -> dict[str, Any] | None:
        """Values of our variables that the script names with ``$using:``."""
        if self._cmdlet.script_block is None:
            return None
        values = using_values(self._cmdlet.session, self._cmdlet.script_block)
        return {PARAMETER: {key: to_wire(value) for key, value in to_parameter(values).items()}} if values else None

    def _arguments(self) -> list[Any]:
        return [to_wire(value) for value in as_list(self._cmdlet.argument_list)]

    # -- what does not wait --------------------------------------------------------------------------------------------

    def _start_job(self) -> None:
        command = self._command(self._targets(check=False), has_input=bool(self._given))
        command.keep = True
        if self._given:
            PORTAL.run(self._feed.add(self._given))
            PORTAL.run(self._feed.close())
        job = start_remote_job(
            self._cmdlet.session,
            command,
            name=to_text(self._cmdlet.job_name) if self._cmdlet.job_name else None,
            shown=not self._cmdlet.hide_computer_name,
        )
        self._cmdlet.emit(job)

    def _leave(self) -> None:
        names = [to_text(name) for name in as_list(self._cmdlet.session_name)] or None
        keywords: dict[str, Any] = {**self._place(), **self._caller.way(self._cmdlet), "session_name": names}
        keywords["enable_network_access"] = bool(self._cmdlet.enable_network_access)
        call = invoke_command(
            self._script,
            argument_list=self._arguments(),
            parameters=self._using(),
            input=self._given or None,
            in_disconnected_session=True,
            **keywords,
        )
        left = self._caller.attempt(call, "PSSessionStateBroken")
        for session in left if isinstance(left, list) else []:
            if isinstance(session, PSSession):
                self._cmdlet.emit(SessionObject(session))
        for failure in getattr(left, "failures", ()):
            if failure.error is not None:
                self._cmdlet.write_error(remoting_error(failure.error, "PSSessionStateBroken").record)


def _command_spec(command: PlainCommand) -> CommandSpec:
    parameters = tuple((name, to_wire(value)) for name, value in command.parameters)
    return CommandSpec(name=command.name, parameters=parameters)
