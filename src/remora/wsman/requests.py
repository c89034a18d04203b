"""Requests of WS-Management as frozen values; ids are verbatim texts, times are seconds (wire-protocol 2.4, 4, 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeAlias

from remora._xml import Element
from remora.wsman import uris
from remora.wsman.headers import NO_OPTIONS, NO_SELECTORS, Fragment, OptionSet, SelectorSet


class EnumerationMode(StrEnum):
    """What an enumeration returns; OBJECT is the absence of w:EnumerationMode."""

    OBJECT = ""
    EPR = "EnumerateEPR"
    OBJECT_AND_EPR = "EnumerateObjectAndEPR"


class BufferMode(StrEnum):
    """What happens to output while nobody is connected (rsp:BufferMode)."""

    BLOCK = "Block"
    DROP = "Drop"


@dataclass(frozen=True, slots=True)
class Identify:
    """Ask who answers; the only request without Action and ResourceURI."""

    action: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """transfer/Get."""

    action: ClassVar[str] = uris.ACTION_GET
    resource_uri: str
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS
    fragment: Fragment | None = None

    @property
    def shell_id(self) -> str | None:
        return self.selectors.shell_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """transfer/Put; body is the new representation."""

    action: ClassVar[str] = uris.ACTION_PUT
    resource_uri: str
    body: Element
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS
    fragment: Fragment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """transfer/Delete; on a shell it ends every command in it."""

    action: ClassVar[str] = uris.ACTION_DELETE
    resource_uri: str
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS
    fragment: Fragment | None = None

    @classmethod
    def shell(cls, resource_uri: str, shell_id: str) -> Delete:
        """Return the request that ends one shell."""
        return cls(resource_uri=resource_uri, selectors=SelectorSet.shell(shell_id))

    @property
    def shell_id(self) -> str | None:
        return self.selectors.shell_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """w:Filter: a SelectorFilter carries selectors, every other dialect text."""

    dialect: str
    selectors: SelectorSet = NO_SELECTORS
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumerate:
    """enumeration/Enumerate; optimize asks for the first items in the reply."""

    action: ClassVar[str] = uris.ACTION_ENUMERATE
    resource_uri: str
    optimize: bool = True
    max_elements: int | None = 32000
    filter: Filter | None = None
    mode: EnumerationMode = EnumerationMode.OBJECT
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS

    @classmethod
    def commands(cls, shell_id: str) -> Enumerate:
        """Return the request that lists the commands of one shell."""
        chosen = Filter(dialect=uris.SELECTOR_FILTER, selectors=SelectorSet.shell(shell_id))
        return cls(resource_uri=uris.RESOURCE_SHELL_COMMAND, filter=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """enumeration/Pull."""

    action: ClassVar[str] = uris.ACTION_PULL
    resource_uri: str
    context: str
    max_elements: int | None = 32000
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """enumeration/Release."""

    action: ClassVar[str] = uris.ACTION_RELEASE
    resource_uri: str
    context: str
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellSpec:
    """Body of a shell's Create. idle_timeout, lifetime: seconds. creation_xml: PSRP fragments of a PowerShell shell."""

    shell_id: str | None = None
    name: str | None = None
    input_streams: tuple[str, ...] = ("stdin",)
    output_streams: tuple[str, ...] = ("stdout", "stderr")
    idle_timeout: float | None = None
    lifetime: float | None = None
    working_directory: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    buffer_mode: BufferMode | None = None
    creation_xml: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateShell:
    """transfer/Create of a shell. compression: what rsp:CompressionType asked for; our client never asks."""

    action: ClassVar[str] = uris.ACTION_CREATE
    resource_uri: str
    shell: ShellSpec
    options: OptionSet = NO_OPTIONS
    compression: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Start a command or pipeline; for PowerShell the one argument is the base64 text of the first fragments."""

    action: ClassVar[str] = uris.ACTION_COMMAND
    resource_uri: str
    shell_id: str
    command_id: str | None = None
    command_line: str = ""
    arguments: tuple[str, ...] = ()
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamChunk:
    """Bytes of one stream, decoded from base64; command_id None means the shell itself; end closes the stream.

    attached: number of the attachment that holds the data while they are out of the envelope. position: among the Sends
    of its stream, for a server that puts them in order (``ORDERED_SENDS``).
    """

    name: str
    data: bytes
    command_id: str | None = None
    end: bool = False
    attached: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Input for the shell or its commands."""

    action: ClassVar[str] = uris.ACTION_SEND
    resource_uri: str
    shell_id: str
    streams: tuple[StreamChunk, ...]
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """Long poll for output of the shell (command_id None) or of one command."""

    action: ClassVar[str] = uris.ACTION_RECEIVE
    resource_uri: str
    shell_id: str
    command_id: str | None = None
    streams: tuple[str, ...] = ("stdout",)
    keepalive: bool = True
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Tell a command to stop or to be gone; code is one of the signal URIs."""

    action: ClassVar[str] = uris.ACTION_SIGNAL
    resource_uri: str
    shell_id: str
    code: str
    command_id: str | None = None
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """Leave a shell running without a client. idle_timeout: seconds, overrides the shell's."""

    action: ClassVar[str] = uris.ACTION_DISCONNECT
    resource_uri: str
    shell_id: str
    idle_timeout: float | None = None
    buffer_mode: BufferMode | None = None
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnect:
    """Resume a shell of this client's own session, or one command of it."""

    action: ClassVar[str] = uris.ACTION_RECONNECT
    resource_uri: str
    shell_id: str
    command_id: str | None = None
    buffer_mode: BufferMode | None = None
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Take over a disconnected shell, or one command of it. connect_xml: PSRP fragments, shell level only."""

    action: ClassVar[str] = uris.ACTION_CONNECT
    resource_uri: str
    shell_id: str
    command_id: str | None = None
    connect_xml: bytes | None = None
    buffer_mode: BufferMode | None = None
    options: OptionSet = NO_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """Any other action: CIM methods and Create of other resources; body is the one child of s:Body or None."""

    action: str
    resource_uri: str
    body: Element | None = None
    selectors: SelectorSet = NO_SELECTORS
    options: OptionSet = NO_OPTIONS
    fragment: Fragment | None = None


ShellRequest: TypeAlias = Command | Send | Receive | Signal | Disconnect | Reconnect | Connect
Request: TypeAlias = Identify | Get | Put | Delete | Enumerate | Pull | Release | CreateShell | ShellRequest | Custom
