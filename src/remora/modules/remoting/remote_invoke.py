"""Invoke-Command somewhere else: in open sessions, in sessions of its own, or in sessions that are left."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import uuid4

from remora.client.connection_info import connection_infos
from remora.client.invoke import invoke_command, read_script
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import PipelineEnded, StreamItem
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.using import PARAMETER, to_parameter, using_values
from remora.engine.wire import remoting_error_from_wire, to_wire
from remora.errors import ConfigError, RemoraError
from remora.modules.common import as_list
from remora.modules.remoting.common import Caller, origin_of, remoting_error, sessions_of
from remora.modules.remoting.invoking import InvokeCommand
from remora.modules.remoting.session_object import SessionObject


class RemoteInvoke:
    """One Invoke-Command with a session, a computer name or a URI."""

    def __init__(self, cmdlet: InvokeCommand) -> None:
        self._cmdlet = cmdlet
        self._caller = Caller(cmdlet)

    def run(self) -> None:
        """Run the script in every target, one after the other, or leave it running."""
        script = self._script()
        if self._cmdlet.in_disconnected_session:
            self._leave(script)
            return
        targets = self._targets()
        for session, own in targets:
            self._run(session, own, script, alone=len(targets) == 1)

    def _script(self) -> str:
        cmdlet = self._cmdlet
        if cmdlet.script_block is not None:
            return str(cmdlet.script_block.text)
        path = cmdlet.session.file_path(to_text(cmdlet.file_path))
        try:
            return read_script(path)
        except ConfigError as failure:
            raise cmdlet.throw(error(str(failure), "FilePathNotFound", "ObjectNotFound", path)) from None

    def _place(self) -> dict[str, Any]:
        cmdlet = self._cmdlet
        if cmdlet.connection_uri is not None:
            return {"connection_uri": [to_text(item) for item in as_list(cmdlet.connection_uri)]}
        return {"computer_name": [to_text(item) for item in as_list(cmdlet.computer_name)]}

    def _targets(self) -> list[tuple[PSSession, bool]]:
        """The sessions to run in, and whether each is ours to open and close."""
        cmdlet = self._cmdlet
        if cmdlet.session_ is None:
            way = self._caller.way(cmdlet)
            way.pop("throttle_limit", None)
            infos = connection_infos(**self._place(), **way)
            return [(PSSession(info, instance_id=uuid4(), repository=PSSessionRepository()), True) for info in infos]
        usable: list[tuple[PSSession, bool]] = []
        for session in sessions_of(cmdlet.session_):
            opened, free = session.state is RunspaceState.OPENED, session.availability is RunspaceAvailability.AVAILABLE
            if opened and free:
                usable.append((session, False))
                continue
            cmdlet.fail(
                f"The session {session.name} cannot run a command: its state is {session.state.value}, its "
                f"availability {session.availability.value}.",
                f"InvokeCommandCommandInvalidSession{'Availability' if opened else 'State'}",
                "InvalidOperation",
                session.name,
            )
        if not usable:
            nothing = "There is no session that can run the command."
            raise cmdlet.throw(error(nothing, "InvalidOperation", "InvalidOperation"))
        return usable

    def _run(self, session: PSSession, own: bool, script: str, *, alone: bool) -> None:
        try:
            if own:
                self._caller.wait(session.open())
            try:
                shown = not self._cmdlet.hide_computer_name
                self._caller.stream(self._items(session, script), origin_of(session), shown=shown)
            finally:
                if own:
                    self._caller.wait(session.close())
        except PipelineEnded as ended:
            if ended.error_record is None:
                record = remoting_error(ended, "JobFailure", session.computer_name).record
            else:
                record = remoting_error_from_wire(ended.error_record, origin_of(session))
            if alone:
                raise self._cmdlet.throw(record) from None
            self._cmdlet.write_error(record)
        except RemoraError as failure:
            self._cmdlet.write_error(remoting_error(failure, "PSSessionStateBroken", session.computer_name).record)

    def _items(self, session: PSSession, script: str) -> AsyncGenerator[StreamItem, None]:
        given = self._cmdlet.input_objects
        return session.stream(
            script,
            self._arguments(),
            parameters=self._using(),
            input=[to_wire(value) for value in given] if given else None,
        )

    def _using(self) -> dict[str, Any] | None:
        """Values of our variables that the script names with ``$using:``."""
        if self._cmdlet.script_block is None:
            return None
        values = using_values(self._cmdlet.session, self._cmdlet.script_block)
        return {PARAMETER: {key: to_wire(value) for key, value in to_parameter(values).items()}} if values else None

    def _arguments(self) -> list[Any]:
        return [to_wire(value) for value in as_list(self._cmdlet.argument_list)]

    def _leave(self, script: str) -> None:
        names = [to_text(name) for name in as_list(self._cmdlet.session_name)] or None
        keywords: dict[str, Any] = {**self._place(), **self._caller.way(self._cmdlet), "session_name": names}
        call = invoke_command(
            script,
            argument_list=self._arguments(),
            parameters=self._using(),
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
