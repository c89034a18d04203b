"""The worker channel: versioned, typed WS-Man shell operations between the front end and one worker.

A Unix stream socket carries frames: a 32-bit big-endian length, then one MessagePack document. Either end begins with
`Hello`; then the front end sends `Call` and `Cancel`, the worker sends `Answer`, in any order: every call has an id,
many are in flight, and a pending Receive holds up nothing. A connection that ends cancels its calls; the worker goes on
and waits for the next one.

User code shares the worker's uid, so everything a worker says is hostile input for the front end: strings, lists and
numbers are bounded here, frames in `remora.worker.frames`. Who owns a shell is never asked of a worker.

The parts are arrays on the wire: a new field goes to the end and has a default.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from remora.errors import WSManFault

PROTOCOL_VERSION: Final = 1

Id = Annotated[str, Meta(max_length=256)]
Text = Annotated[str, Meta(max_length=32 * 1024)]
Line = Annotated[str, Meta(max_length=4 * 1024 * 1024)]
Blob = Annotated[bytes, Meta(max_length=24 * 1024 * 1024)]
Seconds = Annotated[float, Meta(ge=0, le=4_294_967.295)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
Number = Annotated[int, Meta(ge=0, le=0xFFFFFFFF)]
StreamNames = Annotated[tuple[Id, ...], Meta(max_length=16)]
BufferMode = Literal["Block", "Drop"]


# --- parts ----------------------------------------------------------------------------------------


class Caller(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Who asks, as the envelope said it: SessionId (table 5.1), and what tells a repeated request from a new one."""

    session_id: Id | None = None
    message_id: Id | None = None
    operation_id: Id | None = None
    sequence_id: Count | None = None


class Option(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One WS-Man option of Create, Connect or Command."""

    name: Id
    value: Text
    must_comply: bool = False


class Variable(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One environment variable of a cmd shell."""

    name: Text
    value: Text


class Chunk(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A piece of a stream: raw bytes (not base64). command_id is None on the shell's own streams; end closes it.

    position: among the Sends of the stream, for a client that has several under way.
    """

    name: Id
    data: Blob = b""
    command_id: Id | None = None
    end: bool = False
    position: Count | None = None


class ShellSpec(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What rsp:Shell of Create asked for; durations in seconds, None where the client left it to the host."""

    name: Text | None = None
    input_streams: StreamNames = ()
    output_streams: StreamNames = ()
    idle_timeout: Seconds | None = None
    buffer_mode: BufferMode | None = None
    working_directory: Text | None = None
    environment: Annotated[tuple[Variable, ...], Meta(max_length=4096)] = ()
    client_chose_id: bool = False
    locale: Id = "en-US"
    data_locale: Id = "en-US"


class Sender(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The caller as ``$PSSenderInfo`` shows it; never used for a decision."""

    name: Text
    authentication: Id = ""
    client_ip: Id = ""
    connection_string: Text = ""


Names = Annotated[tuple[Text, ...], Meta(max_length=1000)]


class VisibleParameter(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A parameter that users may give, and what its values must be."""

    name: Text
    validate_set: Names = ()
    validate_pattern: Text = ""


class VisibleCommand(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """A command that users may call, by name or pattern; with the parameters they may give, or with all."""

    name: Text
    parameters: Annotated[tuple[VisibleParameter, ...], Meta(max_length=200)] = ()


class Visible(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What users see of each kind of command; None: everything."""

    cmdlets: Annotated[tuple[VisibleCommand, ...], Meta(max_length=1000)] | None = None
    functions: Annotated[tuple[VisibleCommand, ...], Meta(max_length=1000)] | None = None
    external: Names | None = None
    aliases: Names | None = None


class Configuration(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """The session configuration (endpoint) the shell belongs to.

    backend: ``engine``, ``pwsh``, or ``auto`` (pwsh when it is on PATH). command_shell: argv of the program that
    interprets the command lines of a cmd shell, which is added to it, such as ``/bin/sh -c``; empty for the built-in
    language. language_mode: of what users bring, empty for the full language; modules: imported at the start; visible:
    the commands users see. windows_aliases: ls, ps ... mean cmdlets. definition: the text of the .pssc file
    definition_file. user, groups: whose session it is.
    """

    name: Id = "Microsoft.PowerShell"
    backend: Literal["auto", "engine", "pwsh"] = "auto"
    command_shell: Annotated[tuple[Text, ...], Meta(max_length=16)] = ()
    startup_script: Line = ""
    language_mode: Text = ""
    modules: Names = ()
    visible: Visible | None = None
    definition: Line = ""
    definition_file: Text = ""
    user: Text = ""
    groups: Names = ()
    windows_aliases: bool = True


class Limits(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """Bounds of one shell. Times in seconds, sizes in bytes; names follow the quotas of the reference, section 8."""

    idle_timeout: Seconds = 7200.0
    min_idle_timeout: Seconds = 60.0
    max_idle_timeout: Seconds = 2_147_483.647
    implicit_disconnect: Seconds = 60.0
    max_commands: Count = 1500
    buffer_bytes: Count = 4 * 1024 * 1024
    coalesce: Seconds = 0.003
    max_received_object: Count = 200 * 1024 * 1024
    max_received_per_command: Count = 2 * 1024 * 1024 * 1024
    lifetime: Seconds = 0.0
    max_processes: Count = 0


# --- requests -------------------------------------------------------------------------------------


class Open(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="open"):
    """Create: makes the shell in a fresh worker; answered by Opened. creation_xml: decoded bytes, PowerShell only."""

    shell_id: Id
    kind: Literal["powershell", "cmd"]
    resource_uri: Text
    shell: ShellSpec
    sender: Sender
    options: Annotated[tuple[Option, ...], Meta(max_length=256)] = ()
    creation_xml: Blob | None = None
    configuration: Configuration = Configuration()
    limits: Limits = Limits()


class RunCommand(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="command"):
    """Command; answered by CommandAccepted. arguments: the text of each rsp:Arguments (PowerShell: still base64)."""

    command_id: Id | None = None
    command_line: Line = ""
    arguments: Annotated[tuple[Line, ...], Meta(max_length=4096)] = ()
    options: Annotated[tuple[Option, ...], Meta(max_length=256)] = ()


class Send(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="send"):
    """Send; answered by Ok."""

    chunks: Annotated[tuple[Chunk, ...], Meta(max_length=4096)]


class Receive(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="receive"):
    """Receive; answered by Output, or by the time-out fault 0x80338029 after ``timeout`` seconds.

    streams: the names of DesiredStream. budget: raw bytes the answer may carry in all, as this client's envelope holds.
    """

    command_id: Id | None = None
    streams: StreamNames = ()
    budget: Annotated[int, Meta(ge=64, le=24 * 1024 * 1024)]
    timeout: Seconds


class Signal(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="signal"):
    """Signal; answered by Ok. code: the URI as the client spelled it."""

    code: Text
    command_id: Id | None = None


class Disconnect(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="disconnect"):
    """Disconnect; answered by Ok after pending Receives were ended with 0x803381DE."""

    idle_timeout: Seconds | None = None
    buffer_mode: BufferMode | None = None


class Reconnect(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="reconnect"):
    """Reconnect of the shell or of one command; answered by Ok."""

    command_id: Id | None = None
    buffer_mode: BufferMode | None = None


class Connect(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="connect"):
    """Connect of the shell (with connect_xml, decoded bytes) or of one command; answered by Connected."""

    command_id: Id | None = None
    connect_xml: Blob | None = None
    buffer_mode: BufferMode | None = None
    options: Annotated[tuple[Option, ...], Meta(max_length=256)] = ()


class Delete(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="delete"):
    """Delete: ends everything; answered by Ok, after which the worker process exits."""


class Describe(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="describe"):
    """Get or Enumerate of the shell; answered by Description. Never counts as activity."""


class ListCommands(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="commands"):
    """Enumerate of the shell's commands; answered by Commands. Never counts as activity."""


Request = (
    Open | RunCommand | Send | Receive | Signal | Disconnect | Reconnect | Connect | Delete | Describe | ListCommands
)

# --- results --------------------------------------------------------------------------------------


class Ok(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="ok"):
    """Done; the WS-Man reply has no content."""


class Opened(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="opened"):
    """The shell exists and works."""

    description: Description


class CommandAccepted(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="accepted"):
    command_id: Id


class Output(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="output"):
    """What a Receive brings. state is None on a shell-level Receive; exit_code only with Done."""

    chunks: Annotated[tuple[Chunk, ...], Meta(max_length=65536)] = ()
    command_id: Id | None = None
    state: Literal["Pending", "Running", "Done"] | None = None
    exit_code: Annotated[int, Meta(ge=-(2**31), le=2**32 - 1)] | None = None


class Connected(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="connected"):
    """ConnectResponse; connect_response_xml (raw bytes) is None on command level."""

    input_streams: StreamNames = ()
    output_streams: StreamNames = ()
    connect_response_xml: Blob | None = None


class Description(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="description"):
    """What the worker knows of rsp:Shell; times in seconds, memory in bytes. Owner and ClientIP are the front end's."""

    shell_id: Id
    resource_uri: Text
    state: Literal["Connected", "Disconnected"]
    process_id: Count
    name: Text | None = None
    working_directory: Text | None = None
    input_streams: StreamNames = ()
    output_streams: StreamNames = ()
    idle_timeout: Seconds
    max_idle_timeout: Seconds
    locale: Id = "en-US"
    data_locale: Id = "en-US"
    buffer_mode: BufferMode | None = None
    run_time: Count = 0
    inactivity: Count = 0
    memory_used: Count = 0
    child_processes: Count = 0
    session_id: Id | None = None


class CommandEntry(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One command as Enumerate shows it; state is the bare word."""

    command_id: Id
    command_line: Line = ""
    state: Literal["Pending", "Running", "Done"] = "Running"


class Commands(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="list"):
    items: Annotated[tuple[CommandEntry, ...], Meta(max_length=65536)] = ()


class Fault(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="fault"):
    """A WS-Man fault by number; the front end looks the rest up in the fault table."""

    number: Number
    message: Text = ""
    detail: Text | None = None
    provider: Text | None = None
    path: Text | None = None

    @classmethod
    def of(cls, fault: WSManFault) -> Fault:
        """Take the wire's part of a raised fault."""
        return cls(
            number=fault.code,
            message=fault.message[: 32 * 1024],
            detail=fault.detail,
            provider=fault.provider,
            path=fault.provider_path,
        )


Result = Ok | Opened | CommandAccepted | Output | Connected | Description | Commands | Fault

# --- what travels ---------------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="hello"):
    """First message of both ends. The worker names its shell; opened tells a new front end that Open was done."""

    version: Annotated[int, Meta(ge=1, le=0xFFFF)] = PROTOCOL_VERSION
    shell_id: Id = ""
    opened: bool = False


class Call(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="call"):
    """A request; id is unique among the calls of this connection."""

    id: Count
    request: Request
    caller: Caller = Caller()


class Cancel(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="cancel"):
    """The client connection behind a call is gone: end it without an answer. Unknown ids (answered) are ignored."""

    id: Count


class Answer(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="answer"):
    id: Count
    result: Result


class Farewell(msgspec.Struct, frozen=True, array_like=True, kw_only=True, tag="farewell"):
    """The shell has ended in good order; a connection that is lost without it was lost to a crash."""


ToWorker = Hello | Call | Cancel
ToFrontEnd = Hello | Answer | Farewell
