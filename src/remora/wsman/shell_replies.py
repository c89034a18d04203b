"""Bodies of the replies to shell requests, both ways (wire-protocol 4.3 to 4.8, 5.2 to 5.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora import _xml
from remora._xml import Element
from remora.errors import RemoteProtocolError
from remora.wsman import uris
from remora.wsman.bodies import RSP, read_base64, read_duration, read_int, read_streams, write_base64
from remora.wsman.durations import format_elapsed, format_seconds
from remora.wsman.replies import CommandAccepted, CommandInfo, Connected, Received, ResourceCreated, ShellInfo
from remora.wsman.requests import Command, Receive, StreamChunk
from remora.wsman.shell_requests import decode_chunk, encode_chunk
from remora.wsman.states import CommandState

_A, _W, _X, _PS = (f"{{{uri}}}" for uri in (uris.NS_ADDRESSING, uris.NS_WSMAN, uris.NS_TRANSFER, uris.NS_POWERSHELL))
_SHELL_NSMAP: Final[dict[str | None, str]] = {"rsp": uris.NS_SHELL}
_PS_NSMAP: Final[dict[str | None, str]] = {None: uris.NS_POWERSHELL}


def _yes_no(value: bool) -> str:
    return "Yes" if value else "No"


def _is_yes(element: Element) -> bool:
    return (element.text or "").strip().lower() in ("yes", "true", "1")


def _text(element: Element) -> str:
    return element.text or ""


_INFO: Final[tuple[tuple[str, str, Callable[[Any], str], Callable[[Element], object]], ...]] = (
    ("ShellId", "shell_id", str, _text),
    ("Name", "name", str, _text),
    ("ResourceUri", "resource_uri", str, _text),
    ("Owner", "owner", str, _text),
    ("ClientIP", "client_ip", str, _text),
    ("ProcessId", "process_id", str, read_int),
    ("WorkingDirectory", "working_directory", str, _text),
    ("IdleTimeOut", "idle_timeout", format_seconds, read_duration),
    ("InputStreams", "input_streams", " ".join, read_streams),
    ("OutputStreams", "output_streams", " ".join, read_streams),
    ("MaxIdleTimeOut", "max_idle_timeout", format_seconds, read_duration),
    ("Locale", "locale", str, _text),
    ("DataLocale", "data_locale", str, _text),
    ("CompressionMode", "compression_mode", str, _text),
    ("ProfileLoaded", "profile_loaded", _yes_no, _is_yes),
    ("Encoding", "encoding", str, _text),
    ("BufferMode", "buffer_mode", str, _text),
    ("State", "state", str, _text),
    ("ShellRunTime", "shell_run_time", format_elapsed, read_duration),
    ("ShellInactivity", "shell_inactivity", format_elapsed, read_duration),
    ("MemoryUsed", "memory_used", str, _text),
    ("ChildProcesses", "child_processes", str, read_int),
)
"""Children of rsp:Shell in the order Windows writes them: element, attribute, writer, reader."""

_INFO_READERS: Final = {RSP + name: (attribute, read) for name, attribute, _, read in _INFO}


def encode_shell_info(parent: Element, info: ShellInfo) -> None:
    """Append rsp:Shell with the children that have a value."""
    shell = _xml.sub(parent, RSP + "Shell", nsmap=_SHELL_NSMAP)
    for name, attribute, write, _ in _INFO:
        value = getattr(info, attribute)
        if value is not None:
            _xml.sub(shell, RSP + name, write(value))


def decode_shell_info(shell: Element) -> ShellInfo:
    """Read rsp:Shell; unknown children are passed over. Raises RemoteProtocolError when it has no ShellId."""
    found: dict[str, Any] = {}
    for child in shell:
        reader = _INFO_READERS.get(_xml.tag_of(child))
        if reader is not None:
            attribute, read = reader
            found[attribute] = read(child)
    if "shell_id" not in found:
        raise RemoteProtocolError("rsp:Shell without ShellId")
    return ShellInfo(**found)


def encode_resource_created(body: Element, reply: ResourceCreated) -> None:
    """Write the reply to Create: the address of the new shell, then its description."""
    created = _xml.sub(body, _X + "ResourceCreated")
    _xml.sub(created, _A + "Address", reply.address)
    parameters = _xml.sub(created, _A + "ReferenceParameters")
    _xml.sub(parameters, _W + "ResourceURI", reply.resource_uri)
    selectors = _xml.sub(parameters, _W + "SelectorSet")
    _xml.sub(selectors, _W + "Selector", reply.shell_id, {"Name": "ShellId"})
    if reply.shell is not None:
        encode_shell_info(body, reply.shell)


def decode_resource_created(body: Element) -> ResourceCreated:
    """Read the reply to Create of a shell; the id may stand in the selector, in rsp:ShellId, or both."""
    shell_id = address = resource_uri = None
    shell: ShellInfo | None = None
    for child in body:
        if child.tag == RSP + "Shell":
            shell = decode_shell_info(child)
        elif child.tag == _X + "ResourceCreated":
            for element in child.iter():
                if element.tag == _A + "Address":
                    address = element.text
                elif element.tag == _W + "ResourceURI":
                    resource_uri = element.text
                elif element.tag == _W + "Selector" and element.get("Name") == "ShellId":
                    shell_id = element.text
    if shell_id is None and shell is not None:
        shell_id = shell.shell_id
    if not shell_id:
        raise RemoteProtocolError("the reply to Create names no shell")
    return ResourceCreated(shell_id=shell_id, address=address or "", resource_uri=resource_uri or "", shell=shell)


def encode_command_accepted(body: Element, reply: CommandAccepted) -> None:
    """Write rsp:CommandResponse."""
    _xml.sub(_xml.sub(body, RSP + "CommandResponse"), RSP + "CommandId", reply.command_id)


def decode_command_accepted(content: Element | None, request: Command) -> CommandAccepted:
    """Read rsp:CommandResponse. Raises RemoteProtocolError when the id is missing."""
    response = require(content, RSP + "CommandResponse")
    for child in response:
        if child.tag == RSP + "CommandId" and child.text:
            return CommandAccepted(command_id=child.text)
    if request.command_id is not None:
        return CommandAccepted(command_id=request.command_id)
    raise RemoteProtocolError("CommandResponse without CommandId")


def encode_received(body: Element, reply: Received) -> None:
    """Write rsp:ReceiveResponse: the streams in order, then the state when the command has one to tell."""
    response = _xml.sub(body, RSP + "ReceiveResponse")
    for chunk in reply.streams:
        encode_chunk(response, chunk)
    if reply.state is not None and reply.command_id is not None:
        attributes = {"CommandId": reply.command_id, "State": uris.COMMAND_STATE_PREFIX + reply.state.value}
        state = _xml.sub(response, RSP + "CommandState", None, attributes)
        if reply.exit_code is not None:
            _xml.sub(state, RSP + "ExitCode", str(reply.exit_code))


def decode_received(content: Element | None, request: Receive) -> Received:
    """Read rsp:ReceiveResponse. exit_code: the signed 32-bit value, whichever way it was printed."""
    response = require(content, RSP + "ReceiveResponse")
    chunks: list[StreamChunk] = []
    state: CommandState | None = None
    exit_code: int | None = None
    command_id = request.command_id
    for child in response:
        if child.tag == RSP + "Stream":
            chunks.append(decode_chunk(child))
        elif child.tag == RSP + "CommandState":
            state = _command_state((child.get("State") or "").rpartition("/")[2])
            command_id = child.get("CommandId") or command_id
            for code in child:
                if code.tag == RSP + "ExitCode":
                    exit_code = _signed(read_int(code))
    return Received(streams=tuple(chunks), state=state, exit_code=exit_code, command_id=command_id)


def _command_state(word: str) -> CommandState:
    for state in CommandState:
        if state.value.lower() == word.strip().lower():
            return state
    return CommandState.RUNNING


def _signed(code: int) -> int:
    return code - (1 << 32) if 0x80000000 <= code <= 0xFFFFFFFF else code


def encode_connected(body: Element, reply: Connected) -> None:
    """Write rsp:ConnectResponse; empty for a command."""
    response = _xml.sub(body, RSP + "ConnectResponse")
    if reply.input_streams is not None:
        _xml.sub(response, RSP + "InputStreams", " ".join(reply.input_streams))
    if reply.output_streams is not None:
        _xml.sub(response, RSP + "OutputStreams", " ".join(reply.output_streams))
    if reply.connect_response_xml is not None:
        write_base64(_xml.sub(response, _PS + "connectResponseXml", nsmap=_PS_NSMAP), reply.connect_response_xml)


def decode_connected(content: Element | None) -> Connected:
    """Read rsp:ConnectResponse."""
    found: dict[str, Any] = {}
    for child in require(content, RSP + "ConnectResponse"):
        if child.tag == RSP + "InputStreams":
            found["input_streams"] = read_streams(child)
        elif child.tag == RSP + "OutputStreams":
            found["output_streams"] = read_streams(child)
        elif child.tag == _PS + "connectResponseXml":
            found["connect_response_xml"] = read_base64(child)
    return Connected(**found)


def encode_command_info(parent: Element, info: CommandInfo) -> None:
    """Append rsp:Command as an enumeration shows it; the state is a bare word here."""
    command = _xml.sub(parent, RSP + "Command", nsmap=_SHELL_NSMAP)
    _xml.sub(command, RSP + "CommandId", info.command_id)
    _xml.sub(command, RSP + "CommandLine", _xml.printable(info.command_line))
    _xml.sub(command, RSP + "CommandState", info.state.value)


def decode_command_info(command: Element) -> CommandInfo:
    """Read rsp:Command of an enumeration. Raises RemoteProtocolError when the id is missing."""
    texts = {_xml.local_name(child): child.text or "" for child in command if _xml.tag_of(child).startswith(RSP)}
    if not texts.get("CommandId"):
        raise RemoteProtocolError("rsp:Command without CommandId")
    return CommandInfo(
        command_id=texts["CommandId"],
        command_line=texts.get("CommandLine", ""),
        state=_command_state(texts.get("CommandState", "")),
    )


def require(content: Element | None, tag: str) -> Element:
    """Return the one element of a reply's body. Raises RemoteProtocolError when it is another or none."""
    if content is None or content.tag != tag:
        found = "nothing" if content is None else _xml.local_name(content)
        raise RemoteProtocolError(f"the reply holds {found} in place of {tag.rpartition('}')[2]}")
    return content
