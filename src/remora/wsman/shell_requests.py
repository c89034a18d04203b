"""Bodies of the shell requests, both ways (MS-WSMV 3.1.4.5 to 3.1.4.17; wire-protocol 4.2, 4.5 to 4.8, 5.2 to 5.5)."""

from __future__ import annotations

from typing import Final, assert_never

from remora import _xml
from remora._xml import Element
from remora.wsman import uris
from remora.wsman.attachments import read_include, write_include
from remora.wsman.bodies import (
    RSP,
    expect,
    is_guid,
    read_base64,
    read_buffer_mode,
    read_duration,
    read_streams,
    write_base64,
    write_streams,
)
from remora.wsman.durations import format_timeout
from remora.wsman.faults import (
    InvalidBody,
    InvalidCommandId,
    InvalidShellId,
    SchemaValidationError,
    make_fault,
)
from remora.wsman.headers import TRUE_TEXTS, Headers, OptionSet
from remora.wsman.requests import (
    BufferMode,
    Command,
    Connect,
    CreateShell,
    Disconnect,
    Receive,
    Reconnect,
    Send,
    ShellRequest,
    ShellSpec,
    Signal,
    StreamChunk,
)

_PS: Final = f"{{{uris.NS_POWERSHELL}}}"
_PS_NSMAP: Final[dict[str | None, str]] = {None: uris.NS_POWERSHELL}
_POSITION: Final = f"{{{uris.NS_REMORA}}}Position"
_POSITION_NSMAP: Final = {"remora": uris.NS_REMORA}
_MAX_NAMES: Final = 1024


def encode_create_shell(body: Element, request: CreateShell) -> None:
    """Write rsp:Shell with its children in schema order."""
    spec = request.shell
    sub = _xml.sub
    shell = sub(body, RSP + "Shell", None, {"ShellId": spec.shell_id} if spec.shell_id else None)
    write_streams(shell, "InputStreams", spec.input_streams)
    write_streams(shell, "OutputStreams", spec.output_streams)
    if spec.environment:
        environment = sub(shell, RSP + "Environment")
        for name, value in spec.environment.items():
            sub(environment, RSP + "Variable", value, {"Name": name})
    if spec.idle_timeout is not None:
        sub(shell, RSP + "IdleTimeOut", format_timeout(spec.idle_timeout))
    if spec.lifetime is not None:
        sub(shell, RSP + "Lifetime", format_timeout(spec.lifetime))
    if spec.name is not None:
        sub(shell, RSP + "Name", spec.name)
    if spec.working_directory is not None:
        sub(shell, RSP + "WorkingDirectory", spec.working_directory)
    if spec.buffer_mode is not None:
        sub(shell, RSP + "BufferMode", spec.buffer_mode.value)
    if spec.creation_xml is not None:
        write_base64(_xml.sub(shell, _PS + "creationXml", nsmap=_PS_NSMAP), spec.creation_xml)


def decode_create_shell(headers: Headers, content: Element | None) -> CreateShell:
    """Read rsp:Shell. Raises InvalidShellId, SchemaValidationError, InvalidBody or the wrong-namespace fault."""
    if content is not None and _xml.local_name(content) == "Shell" and content.tag != RSP + "Shell":
        raise make_fault(0x80338058, "the Shell element has the wrong XML namespace")
    shell = expect(content, RSP + "Shell")
    shell_id = shell.get("ShellId")
    if shell_id is not None and not is_guid(shell_id):
        raise InvalidShellId
    creation_xml: bytes | None = None
    children: dict[str, Element] = {}
    for child in shell:
        if child.tag == _PS + "creationXml":
            creation_xml = _plugin_data(child)
        elif _xml.tag_of(child).startswith(RSP):
            if children.setdefault(_xml.local_name(child), child) is not child:
                raise SchemaValidationError(f"{_xml.local_name(child)} occurs twice")
        else:
            raise SchemaValidationError(f"{_xml.local_name(child)} has no place in Shell")
    if unknown := children.keys() - _SHELL_CHILDREN:
        raise SchemaValidationError(f"{min(unknown)} has no place in Shell")
    mode = _text(children, "BufferMode")
    name = _text(children, "Name")
    spec = ShellSpec(
        shell_id=shell_id,
        name=name if name is not None else shell.get("Name"),
        input_streams=_streams(children, "InputStreams"),
        output_streams=_streams(children, "OutputStreams"),
        idle_timeout=_duration(children, "IdleTimeOut"),
        lifetime=_duration(children, "Lifetime"),
        working_directory=_text(children, "WorkingDirectory"),
        environment=_environment(children.get("Environment")),
        buffer_mode=read_buffer_mode(mode) if mode is not None else None,
        creation_xml=creation_xml,
    )
    return CreateShell(
        resource_uri=headers.resource_uri or "", shell=spec, options=headers.options, compression=headers.compression
    )


_SHELL_CHILDREN: Final = frozenset(
    {
        "InputStreams",
        "OutputStreams",
        "Environment",
        "IdleTimeOut",
        "IdleTimeout",
        "Lifetime",
        "Name",
        "WorkingDirectory",
        "BufferMode",
    }
)


def _plugin_data(element: Element) -> bytes:
    try:
        return read_base64(element)
    except SchemaValidationError as error:
        raise make_fault(0x80540BBF) from error


def _text(children: dict[str, Element], name: str) -> str | None:
    element = children.get(name)
    return None if element is None else element.text or ""


def _streams(children: dict[str, Element], name: str) -> tuple[str, ...]:
    element = children.get(name)
    return () if element is None else read_streams(element)


def _duration(children: dict[str, Element], name: str) -> float | None:
    element = children.get(name)
    if element is None and name == "IdleTimeOut":
        element = children.get("IdleTimeout")
    return None if element is None else read_duration(element)


def _environment(element: Element | None) -> dict[str, str]:
    if element is None:
        return {}
    if len(element) > _MAX_NAMES:
        raise SchemaValidationError("too many environment variables")
    variables: dict[str, str] = {}
    for child in element:
        name = child.get("Name")
        if child.tag != RSP + "Variable" or not name or "=" in name or "\0" in name:
            raise SchemaValidationError("Environment holds Variable elements with a Name only")
        variables[name] = child.text or ""
    return variables


def encode_shell_request(body: Element, request: ShellRequest) -> None:
    """Write the body of one shell request."""
    match request:
        case Command():
            _encode_command(body, request)
        case Send():
            _encode_send(body, request)
        case Receive():
            receive = _xml.sub(body, RSP + "Receive")
            _xml.sub(receive, RSP + "DesiredStream", " ".join(request.streams), _command_id(request.command_id))
        case Signal():
            signal = _xml.sub(body, RSP + "Signal", None, _command_id(request.command_id))
            _xml.sub(signal, RSP + "Code", request.code)
        case Disconnect():
            disconnect = _xml.sub(body, RSP + "Disconnect")
            if request.idle_timeout is not None:
                _xml.sub(disconnect, RSP + "IdleTimeOut", format_timeout(request.idle_timeout))
            _encode_buffer_mode(disconnect, request.buffer_mode)
        case Reconnect():
            if request.command_id is not None or request.buffer_mode is not None:
                reconnect = _xml.sub(body, RSP + "Reconnect", None, _command_id(request.command_id))
                _encode_buffer_mode(reconnect, request.buffer_mode)
        case Connect():
            connect = _xml.sub(body, RSP + "Connect", None, _command_id(request.command_id))
            _encode_buffer_mode(connect, request.buffer_mode)
            if request.connect_xml is not None:
                write_base64(_xml.sub(connect, _PS + "connectXml", nsmap=_PS_NSMAP), request.connect_xml)
        case _:
            assert_never(request)


def _command_id(command_id: str | None) -> dict[str, str] | None:
    return None if command_id is None else {"CommandId": command_id}


def _encode_buffer_mode(parent: Element, mode: BufferMode | None) -> None:
    if mode is not None:
        _xml.sub(parent, RSP + "BufferMode", mode.value)


def _encode_command(body: Element, request: Command) -> None:
    line = _xml.sub(body, RSP + "CommandLine", None, _command_id(request.command_id))
    _xml.sub(line, RSP + "Command", request.command_line or None)
    for argument in request.arguments:
        _xml.sub(line, RSP + "Arguments", argument)


def _encode_send(body: Element, request: Send) -> None:
    send = _xml.sub(body, RSP + "Send")
    for chunk in request.streams:
        encode_chunk(send, chunk)


def encode_chunk(parent: Element, chunk: StreamChunk) -> None:
    """Append one rsp:Stream."""
    attributes = {"Name": chunk.name}
    if chunk.command_id is not None:
        attributes["CommandId"] = chunk.command_id
    if chunk.end:
        attributes["End"] = "true"
    nsmap = None
    if chunk.position is not None:
        attributes[_POSITION] = str(chunk.position)
        nsmap = _POSITION_NSMAP
    stream = _xml.sub(parent, RSP + "Stream", None, attributes, nsmap)
    if chunk.attached is not None:
        write_include(stream, chunk.attached)
    elif chunk.data:
        write_base64(stream, chunk.data)


def decode_chunk(element: Element) -> StreamChunk:
    """Read one rsp:Stream. Raises SchemaValidationError."""
    name = element.get("Name")
    if not name:
        raise SchemaValidationError("a Stream without a Name")
    end = (element.get("End") or "").strip().lower() in TRUE_TEXTS
    attached = read_include(element)
    return StreamChunk(
        name=name,
        data=read_base64(element) if attached is None else b"",
        command_id=element.get("CommandId"),
        end=end,
        attached=attached,
        position=_position(element.get(_POSITION)),
    )


def _position(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise SchemaValidationError("the position of a Stream is not a number")
    return int(text)


def decode_command(headers: Headers, shell_id: str, content: Element | None) -> Command:
    """Read rsp:CommandLine. Raises InvalidCommandId, SchemaValidationError, InvalidBody."""
    line = expect(content, RSP + "CommandLine")
    command_id = line.get("CommandId")
    if command_id is not None and not is_guid(command_id):
        raise InvalidCommandId
    tags = [child.tag for child in line]
    if tags[:1] != [RSP + "Command"] or any(tag != RSP + "Arguments" for tag in tags[1:]):
        raise SchemaValidationError("CommandLine holds one Command and then Arguments")
    return Command(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        command_id=command_id,
        command_line=line[0].text or "",
        arguments=tuple(child.text or "" for child in list(line)[1:]),
        options=headers.options,
    )


def decode_send(headers: Headers, shell_id: str, content: Element | None) -> Send:
    """Read rsp:Send. Raises SchemaValidationError, InvalidBody."""
    send = expect(content, RSP + "Send")
    if not len(send) or any(child.tag != RSP + "Stream" for child in send):
        raise SchemaValidationError("Send holds Stream elements only, at least one")
    return Send(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        streams=tuple(decode_chunk(child) for child in send),
        options=headers.options,
    )


def decode_receive(headers: Headers, shell_id: str, content: Element | None) -> Receive:
    """Read rsp:Receive. Raises SchemaValidationError, InvalidBody."""
    receive = expect(content, RSP + "Receive")
    desired = [child for child in receive if child.tag == RSP + "DesiredStream"]
    if len(desired) != 1:
        raise SchemaValidationError("Receive holds one DesiredStream")
    options = headers.options
    keepalive = options.flag(uris.OPTION_KEEPALIVE)
    return Receive(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        command_id=desired[0].get("CommandId"),
        streams=read_streams(desired[0]),
        keepalive=keepalive,
        options=options.without(uris.OPTION_KEEPALIVE) if options.items else OptionSet(),
    )


def decode_signal(headers: Headers, shell_id: str, content: Element | None) -> Signal:
    """Read rsp:Signal. Raises SchemaValidationError, InvalidBody."""
    signal = expect(content, RSP + "Signal")
    codes = [child for child in signal if child.tag == RSP + "Code"]
    if len(codes) != 1 or not (codes[0].text or "").strip():
        raise SchemaValidationError("Signal holds one Code")
    return Signal(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        code=(codes[0].text or "").strip(),
        command_id=signal.get("CommandId"),
        options=headers.options,
    )


def decode_disconnect(headers: Headers, shell_id: str, content: Element | None) -> Disconnect:
    """Read rsp:Disconnect. Raises SchemaValidationError, InvalidBody."""
    disconnect = expect(content, RSP + "Disconnect")
    idle = next((child for child in disconnect if _xml.local_name(child).lower() == "idletimeout"), None)
    return Disconnect(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        idle_timeout=read_duration(idle) if idle is not None else None,
        buffer_mode=_buffer_mode(disconnect),
        options=headers.options,
    )


def _buffer_mode(element: Element) -> BufferMode | None:
    text = element.get("BufferMode")
    for child in element:
        if child.tag == RSP + "BufferMode":
            text = child.text or ""
    return read_buffer_mode(text) if text is not None else None


def decode_reconnect(headers: Headers, shell_id: str, content: Element | None) -> Reconnect:
    """Read an empty body or rsp:Reconnect. Raises SchemaValidationError, InvalidBody."""
    if content is None:
        return Reconnect(resource_uri=headers.resource_uri or "", shell_id=shell_id, options=headers.options)
    reconnect = expect(content, RSP + "Reconnect")
    return Reconnect(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        command_id=reconnect.get("CommandId"),
        buffer_mode=_buffer_mode(reconnect),
        options=headers.options,
    )


def decode_connect(headers: Headers, shell_id: str, content: Element | None) -> Connect:
    """Read rsp:Connect. Raises SchemaValidationError, InvalidBody."""
    connect = expect(content, RSP + "Connect")
    data = [child for child in connect if child.tag == _PS + "connectXml"]
    if len(data) > 1:
        raise InvalidBody("Connect holds at most one connectXml")
    return Connect(
        resource_uri=headers.resource_uri or "",
        shell_id=shell_id,
        command_id=connect.get("CommandId"),
        connect_xml=_plugin_data(data[0]) if data else None,
        buffer_mode=_buffer_mode(connect),
        options=headers.options,
    )
