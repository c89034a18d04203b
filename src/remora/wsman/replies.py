"""Replies of WS-Management as frozen values (wire-protocol 2.4 to 2.6, 4.3 to 5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from remora._xml import Element
from remora.wsman.requests import StreamChunk
from remora.wsman.states import CommandState


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellInfo:
    """The children of rsp:Shell in a reply; None where the server left one out. Times are seconds."""

    shell_id: str
    name: str | None = None
    resource_uri: str | None = None
    owner: str | None = None
    client_ip: str | None = None
    process_id: int | None = None
    working_directory: str | None = None
    idle_timeout: float | None = None
    input_streams: tuple[str, ...] | None = None
    output_streams: tuple[str, ...] | None = None
    max_idle_timeout: float | None = None
    locale: str | None = None
    data_locale: str | None = None
    compression_mode: str | None = None
    profile_loaded: bool | None = None
    encoding: str | None = None
    buffer_mode: str | None = None
    state: str | None = None
    shell_run_time: float | None = None
    shell_inactivity: float | None = None
    memory_used: str | None = None
    child_processes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandInfo:
    """One rsp:Command of an enumeration."""

    command_id: str
    command_line: str = ""
    state: CommandState = CommandState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Answer to Identify. product_version: ``OS: 10.0.14393 SP: 0.0 Stack: 3.0``."""

    protocol_version: str
    product_vendor: str
    product_version: str
    security_profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCreated:
    """Answer to Create of a shell. address: the To of the request."""

    shell_id: str
    address: str
    resource_uri: str
    shell: ShellInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted:
    command_id: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Answer to Send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Output that was waiting. state None: the command goes on. exit_code: only with DONE."""

    streams: tuple[StreamChunk, ...] = ()
    state: CommandState | None = None
    exit_code: int | None = None
    command_id: str | None = None


@dataclass(frozen=True, slots=True)
class Signalled:
    """Answer to Signal."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """Answer to Disconnect."""


@dataclass(frozen=True, slots=True)
class Reconnected:
    """Answer to Reconnect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """Answer to Connect; empty for a command. connect_response_xml: PSRP fragments."""

    input_streams: tuple[str, ...] | None = None
    output_streams: tuple[str, ...] | None = None
    connect_response_xml: bytes | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """Answer to Delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """Answer to Get: a shell, or the one element of the body."""

    body: Element | None = None
    shell: ShellInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Answer to Put: the representation as it is now, where the server shows it."""

    body: Element | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumerated:
    """Answer to Enumerate or Pull. context: what to pull with, None or empty when all was delivered; end: no more."""

    items: tuple[ShellInfo | CommandInfo | Element, ...] = ()
    context: str | None = None
    end: bool = True


@dataclass(frozen=True, slots=True)
class Released:
    """Answer to Release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomReply:
    """Answer to a Custom request: the one element of the body, or None."""

    body: Element | None = None


Reply: TypeAlias = (
    Identified
    | ResourceCreated
    | CommandAccepted
    | Sent
    | Received
    | Signalled
    | Disconnected
    | Reconnected
    | Connected
    | Deleted
    | Got
    | Stored
    | Enumerated
    | Released
    | CustomReply
)
