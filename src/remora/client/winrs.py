"""The command shell of WinRM: programs and cmd lines on another machine, text and bytes back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from uuid import uuid4

from remora._log import bound
from remora.bindings.winrs_wsman import DEFAULT_CODEPAGE, CommandOutput, TextShell
from remora.client.connection_info import ConnectionInfo
from remora.client.deadline import deadline
from remora.client.wsman_session import POLL_SECONDS, WSManSession
from remora.errors import RemoraError, WSManFault
from remora.wsman import faults, replies

_log = bound(__name__)


@dataclass(slots=True)
class WinRSResult:
    """What a command wrote and how it ended. exit_code: as a Windows program's, unsigned where it is a status."""

    stdout: str = ""
    stderr: str = ""
    stdout_bytes: bytes = field(default=b"", repr=False)
    stderr_bytes: bytes = field(default=b"", repr=False)
    exit_code: int | None = None

    def add(self, output: CommandOutput) -> None:
        """Append what one answer brought."""
        self.stdout += output.stdout
        self.stderr += output.stderr
        self.stdout_bytes += output.stdout_bytes
        self.stderr_bytes += output.stderr_bytes
        if output.done:
            self.exit_code = output.exit_code


class WinRSShell:
    """One shell for any number of commands, one after another or at once. Used as ``async with``.

    working_directory, environment: of every command; codepage: of the text, 65001 is UTF-8. idle_timeout: seconds.
    """

    def __init__(
        self,
        info: ConnectionInfo,
        *,
        working_directory: str | None = None,
        environment: Mapping[str, str] | None = None,
        codepage: int = DEFAULT_CODEPAGE,
        idle_timeout: float | None = None,
        no_profile: bool = False,
    ) -> None:
        self.wsman = WSManSession(info)
        self._shell = TextShell(payload_limit=self.wsman.payload_limit, codepage=codepage)
        self._create = self._shell.create(
            working_directory=working_directory,
            environment=environment,
            idle_timeout=idle_timeout,
            no_profile=no_profile,
        )

    @property
    def shell_id(self) -> str:
        """The id the server gave the shell; empty before ``open``."""
        return self._shell.shell_id

    async def open(self) -> None:
        """Create the shell. Raises AuthError, TransportError or WSManFault."""
        reply = await self.wsman.request(self._create)
        assert isinstance(reply, replies.ResourceCreated)
        self._shell.shell_id = reply.shell_id

    async def close(self) -> None:
        """Delete the shell with everything that runs in it; errors are only logged."""
        if self._shell.shell_id:
            try:
                await self.wsman.request(self._shell.delete())
            except RemoraError as error:
                _log.info("delete_failed", shell_id=self._shell.shell_id, error=str(error))
        await self.wsman.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def run(
        self,
        command: str,
        arguments: tuple[str, ...] = (),
        *,
        stdin: bytes | str | None = None,
        skip_cmd_shell: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> WinRSResult:
        """Run a command to its end. Arguments are joined with blanks by the server, nothing is quoted.

        stdin: sent whole, then closed. timeout: seconds for everything; then, and when the call is cancelled, the
        command is interrupted and DeadlineExceeded raised.
        """
        request = self._shell.command(
            command,
            arguments,
            command_id=str(uuid4()).upper(),
            console_stdin=stdin is None,
            skip_cmd_shell=skip_cmd_shell,
        )
        result = WinRSResult()
        async with deadline(timeout, f"running {command.split(' ')[0]} on {self.wsman.info.computer_name}"):
            reply = await self.wsman.request(request)
            assert isinstance(reply, replies.CommandAccepted)
            command_id = reply.command_id
            try:
                if stdin is not None:
                    for send in self._shell.stdin(command_id, stdin, end=True):
                        await self.wsman.request(send)
                await self._receive(command_id, result)
            finally:
                await asyncio.shield(self._end(command_id, interrupted=result.exit_code is None))
        return result

    async def _receive(self, command_id: str, result: WinRSResult) -> None:
        while result.exit_code is None:
            try:
                reply = await self.wsman.request(self._shell.receive(command_id), operation_timeout=POLL_SECONDS)
            except faults.OperationTimedOut:
                continue
            assert isinstance(reply, replies.Received)
            result.add(self._shell.received(reply, command_id))

    async def _end(self, command_id: str, *, interrupted: bool) -> None:
        """Free the command's slot, as a text shell asks of every client; one that still runs is interrupted first."""
        with suppress(WSManFault):
            if interrupted:
                await self.wsman.request(self._shell.interrupt(command_id))
            await self.wsman.request(self._shell.terminate(command_id))
