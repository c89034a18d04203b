"""WS-Man requests into calls of the worker channel, and the worker's results into replies."""

from __future__ import annotations

from typing import assert_never

from remora.errors import RemoteProtocolError
from remora.worker import protocol as p
from remora.wsman import replies, requests
from remora.wsman.headers import Headers, OptionSet
from remora.wsman.states import CommandState


def caller_of(headers: Headers) -> p.Caller:
    """Return what the envelope said about the caller."""
    return p.Caller(
        session_id=headers.session_id,
        message_id=headers.message_id,
        operation_id=headers.operation_id,
        sequence_id=headers.sequence_id,
    )


def options_of(options: OptionSet) -> tuple[p.Option, ...]:
    """Return the options for the channel."""
    return tuple(p.Option(name=o.name, value=o.value, must_comply=o.must_comply) for o in options)


def call_of(request: requests.ShellRequest, *, budget: int, timeout: float) -> p.Request:
    """Return the call for a shell request. budget: raw bytes a Receive may bring; timeout: seconds it may wait."""
    match request:
        case requests.Command():
            return p.RunCommand(
                command_id=request.command_id,
                command_line=request.command_line,
                arguments=request.arguments,
                options=options_of(request.options),
            )
        case requests.Send():
            return p.Send(
                chunks=tuple(
                    p.Chunk(name=c.name, data=c.data, command_id=c.command_id, end=c.end, position=c.position)
                    for c in request.streams
                )
            )
        case requests.Receive():
            return p.Receive(command_id=request.command_id, streams=request.streams, budget=budget, timeout=timeout)
        case requests.Signal():
            return p.Signal(code=request.code, command_id=request.command_id)
        case requests.Disconnect():
            return p.Disconnect(idle_timeout=request.idle_timeout, buffer_mode=_mode(request.buffer_mode))
        case requests.Reconnect():
            return p.Reconnect(command_id=request.command_id, buffer_mode=_mode(request.buffer_mode))
        case requests.Connect():
            return p.Connect(
                command_id=request.command_id,
                connect_xml=request.connect_xml,
                buffer_mode=_mode(request.buffer_mode),
                options=options_of(request.options),
            )
        case _:
            assert_never(request)


def _mode(mode: requests.BufferMode | None) -> p.BufferMode | None:
    return None if mode is None else mode.value


def spec_of(spec: requests.ShellSpec, headers: Headers) -> p.ShellSpec:
    """Return what Create asked for."""
    return p.ShellSpec(
        name=spec.name,
        input_streams=spec.input_streams,
        output_streams=spec.output_streams,
        idle_timeout=spec.idle_timeout,
        buffer_mode=_mode(spec.buffer_mode),
        working_directory=spec.working_directory,
        environment=tuple(p.Variable(name=name, value=value) for name, value in spec.environment.items()),
        client_chose_id=spec.shell_id is not None,
        locale=headers.locale or "en-US",
        data_locale=headers.data_locale or headers.locale or "en-US",
    )


def reply_of(request: requests.ShellRequest, result: p.Result) -> replies.Reply:
    """Return the reply to a shell request. Raises RemoteProtocolError when the worker answered something else."""
    match request, result:
        case requests.Receive(), p.Output():
            return _received(request, result)
        case requests.Command(), p.CommandAccepted():
            return replies.CommandAccepted(command_id=result.command_id)
        case requests.Connect(), p.Connected():
            if request.command_id is not None:
                return replies.Connected()
            return replies.Connected(
                input_streams=result.input_streams,
                output_streams=result.output_streams,
                connect_response_xml=result.connect_response_xml,
            )
        case requests.Send(), p.Ok():
            return replies.Sent()
        case requests.Signal(), p.Ok():
            return replies.Signalled()
        case requests.Disconnect(), p.Ok():
            return replies.Disconnected()
        case requests.Reconnect(), p.Ok():
            return replies.Reconnected()
        case _:
            raise RemoteProtocolError(f"the worker answered {type(request).__name__} with {type(result).__name__}")


def _received(request: requests.Receive, output: p.Output) -> replies.Received:
    return replies.Received(
        streams=tuple(
            requests.StreamChunk(name=c.name, data=c.data, command_id=c.command_id, end=c.end) for c in output.chunks
        ),
        state=CommandState(output.state) if output.state is not None and request.command_id is not None else None,
        exit_code=output.exit_code,
        command_id=request.command_id,
    )
