"""The client's side of text shells on WS-Management: cmd.exe and its like (wire-protocol 4.2 - 4.9)."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import clixml
from remora.wsman import uris
from remora.wsman.headers import OptionSet
from remora.wsman.replies import Received
from remora.wsman.requests import (
    Command,
    CreateShell,
    Delete,
    Receive,
    Request,
    Send,
    ShellSpec,
    Signal,
    StreamChunk,
)
from remora.wsman.states import CommandState

STREAMS: Final = ("stdout", "stderr")
DEFAULT_CODEPAGE: Final = 65001
_CLIXML: Final = "#< CLIXML"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutput:
    """What one Receive brought. exit_code: set when done, as the server printed it (unsigned where it is a status)."""

    stdout: str = ""
    stderr: str = ""
    stdout_bytes: bytes = b""
    stderr_bytes: bytes = b""
    done: bool = False
    exit_code: int | None = None


class TextShell:
    """The requests of one text shell. shell_id: known after Create, the server may choose it.

    codepage: of the console, 65001 is UTF-8. payload_limit: as ClientSession.payload_limit.
    """

    def __init__(
        self,
        *,
        payload_limit: Callable[[Request], int],
        resource_uri: str = uris.RESOURCE_CMD,
        codepage: int = DEFAULT_CODEPAGE,
    ) -> None:
        self.resource_uri = resource_uri
        self.shell_id = ""
        self.codepage = codepage
        self._codec = codec_of(codepage)
        self._payload_limit = payload_limit
        self._send_limit: int | None = None
        self._decoders: dict[tuple[str, str], codecs.IncrementalDecoder] = {}

    def create(
        self,
        *,
        shell_id: str | None = None,
        working_directory: str | None = None,
        environment: Mapping[str, str] | None = None,
        idle_timeout: float | None = None,
        lifetime: float | None = None,
        name: str | None = None,
        no_profile: bool = False,
    ) -> CreateShell:
        """Return the Create; ``shell_id`` is to be set from its reply."""
        options = OptionSet()
        if no_profile:
            options = options.with_option(uris.OPTION_NO_PROFILE, "TRUE")
        options = options.with_option(uris.OPTION_CODEPAGE, str(self.codepage))
        spec = ShellSpec(
            shell_id=shell_id,
            name=name,
            input_streams=("stdin",),
            output_streams=STREAMS,
            idle_timeout=idle_timeout,
            lifetime=lifetime,
            working_directory=working_directory,
            environment=dict(environment or {}),
        )
        return CreateShell(resource_uri=self.resource_uri, shell=spec, options=options)

    def command(
        self,
        line: str,
        arguments: tuple[str, ...] = (),
        *,
        command_id: str | None = None,
        console_stdin: bool = True,
        skip_cmd_shell: bool = False,
    ) -> Command:
        """Return the Command. console_stdin False: stdin is a pipe, for binary or large input.

        skip_cmd_shell: start the program itself, whose whole path ``line`` is. The server joins the arguments with
        blanks and quotes nothing.
        """
        options = OptionSet()
        options = options.with_option(uris.OPTION_CONSOLE_STDIN, _flag(console_stdin))
        options = options.with_option(uris.OPTION_SKIP_CMD_SHELL, _flag(skip_cmd_shell))
        return Command(
            resource_uri=self.resource_uri,
            shell_id=self._shell(),
            command_id=command_id,
            command_line=line,
            arguments=arguments,
            options=options,
        )

    def stdin(self, command_id: str, data: bytes | str, *, end: bool = False) -> Iterator[Send]:
        """Yield the Sends that carry this input, each in one envelope; text is encoded in the code page."""
        raw = data.encode(self._codec) if isinstance(data, str) else data
        if self._send_limit is None:
            self._send_limit = self._payload_limit(self._send(command_id, b"", end=True))
            if self._send_limit < 1:
                raise LocalProtocolError("the envelope leaves no room for input")
        for start in range(0, max(len(raw), 1), self._send_limit):
            stop = start + self._send_limit
            yield self._send(command_id, raw[start:stop], end=end and stop >= len(raw))

    def receive(self, command_id: str) -> Receive:
        """Return the Receive of both output streams."""
        return Receive(resource_uri=self.resource_uri, shell_id=self._shell(), command_id=command_id, streams=STREAMS)

    def received(self, reply: Received, command_id: str) -> CommandOutput:
        """Return the text and bytes of an answer; a character cut between two answers comes with the second."""
        done = reply.state is CommandState.DONE
        found = {name: b"".join(c.data for c in reply.streams if c.name == name) for name in STREAMS}
        ended = {chunk.name for chunk in reply.streams if chunk.end}
        stdout, stderr = (self._decode(command_id, name, found[name], final=done or name in ended) for name in STREAMS)
        if done:
            for name in STREAMS:
                self._decoders.pop((command_id, name), None)
        return CommandOutput(
            stdout=stdout,
            stderr=stderr,
            stdout_bytes=found["stdout"],
            stderr_bytes=found["stderr"],
            done=done,
            exit_code=(reply.exit_code or 0) if done else None,
        )

    def terminate(self, command_id: str) -> Signal:
        """Return the Signal that frees a command's slot; required after Done."""
        return self._signal(command_id, uris.SIGNAL_TERMINATE)

    def interrupt(self, command_id: str) -> Signal:
        """Return the Signal for Ctrl+C."""
        return self._signal(command_id, uris.SIGNAL_CTRL_C)

    def delete(self) -> Delete:
        """Return the Delete of the shell."""
        return Delete.shell(self.resource_uri, self._shell())

    def _decode(self, command_id: str, name: str, data: bytes, *, final: bool) -> str:
        decoder = self._decoders.get((command_id, name))
        if decoder is None:
            decoder = self._decoders[command_id, name] = codecs.getincrementaldecoder(self._codec)("replace")
        return decoder.decode(data, final)

    def _signal(self, command_id: str, code: str) -> Signal:
        return Signal(resource_uri=self.resource_uri, shell_id=self._shell(), code=code, command_id=command_id)

    def _send(self, command_id: str, data: bytes, *, end: bool) -> Send:
        chunk = StreamChunk(name="stdin", data=data, command_id=command_id, end=end)
        return Send(resource_uri=self.resource_uri, shell_id=self._shell(), streams=(chunk,))

    def _shell(self) -> str:
        if not self.shell_id:
            raise LocalProtocolError("the shell has no id before its Create was answered")
        return self.shell_id


def codec_of(codepage: int) -> str:
    """Return the Python codec of a Windows code page. Raises LocalProtocolError where there is none."""
    name = "utf-8" if codepage == DEFAULT_CODEPAGE else f"cp{codepage}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise LocalProtocolError(f"code page {codepage} is not known here") from None


def error_text(stderr: str) -> str:
    """Return what a person should read of stderr: the error records in it when it is ``#< CLIXML``, else all of it."""
    if not stderr.startswith(_CLIXML):
        return stderr
    try:
        found = list(clixml.load_stream(stderr))
    except RemoteProtocolError:
        return stderr
    return "".join(str(value) for stream, value in found if (stream or "error").lower() == "error")


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"
