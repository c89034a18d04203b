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


class WinRSCommand:
    """A command that runs: input goes in, output comes out until it is done."""

    def __init__(self, wsman: WSManSession, shell: TextShell, command_id: str) -> None:
        self._wsman = wsman
        self._shell = shell
        self._command_id = command_id
        self._done = False

    async def receive(self) -> CommandOutput:
        """Wait for output, or for the end of the command, and return what came. Raises WSManFault, TransportError."""
        while True:
            request = self._shell.receive(self._command_id)
            try:
                reply = await self._wsman.request(request, operation_timeout=POLL_SECONDS)
            except faults.OperationTimedOut:
                continue
            assert isinstance(reply, replies.Received)
            output = self._shell.received(reply, self._command_id)
            self._done = self._done or output.done
            return output

    async def send(self, data: bytes | str, *, end: bool = False) -> None:
        """Write to the command's standard input. end: nothing follows."""
        for send in self._shell.stdin(self._command_id, data, end=end):
            await self._wsman.request(send)

    async def interrupt(self) -> None:
        """Press Ctrl-C."""
        await self._wsman.request(self._shell.interrupt(self._command_id))

    async def end(self) -> None:
        """Free the command's slot, as a text shell asks of every client; one that still runs is interrupted first."""
        with suppress(WSManFault):
            if not self._done:
                await self.interrupt()
            await self._wsman.request(self._shell.terminate(self._command_id))


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
        try:
            await self.open()
        except BaseException:
            await self.wsman.close()
            raise
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
        result = WinRSResult()
        async with deadline(timeout, f"running {command.split(' ')[0]} on {self.wsman.info.computer_name}"):
            running = await self.start(command, arguments, console_stdin=stdin is None, skip_cmd_shell=skip_cmd_shell)
            try:
                if stdin is not None:
                    await running.send(stdin, end=True)
                while result.exit_code is None:
                    result.add(await running.receive())
            finally:
                await asyncio.shield(running.end())
        return result

    async def start(
        self,
        command: str,
        arguments: tuple[str, ...] = (),
        *,
        console_stdin: bool = True,
        skip_cmd_shell: bool = False,
    ) -> WinRSCommand:
        """Start a command; its ``end`` must be called. console_stdin False: its input is a pipe, not a console."""
        request = self._shell.command(
            command,
            arguments,
            command_id=str(uuid4()).upper(),
            console_stdin=console_stdin,
            skip_cmd_shell=skip_cmd_shell,
        )
        reply = await self.wsman.request(request)
        assert isinstance(reply, replies.CommandAccepted)
        return WinRSCommand(self.wsman, self._shell, reply.command_id)
