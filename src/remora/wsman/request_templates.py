"""Envelopes that a client sends again and again and that differ only in ids: built once, filled after that."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Final

from remora._xml import Template
from remora.wsman.requests import Command, Receive, Request, Send, StreamChunk

_MARKS: Final = ("remora-message-id", "remora-command-id", "remora-command-line", "remora-argument")
_DATA_MARK: Final = b"remora-data-mark"
_MAX_TEMPLATES: Final = 32


class RequestTemplates:
    """Templates of Receive, Command and Send. build: makes the envelope of (request, message id, operation timeout)."""

    __slots__ = ("_build", "_templates")

    def __init__(self, build: Callable[[Request, str, float | None], bytes]) -> None:
        self._build = build
        self._templates: dict[Hashable, Template] = {}

    def fill(self, request: Request, message_id: str, operation_timeout: float | None, size: int) -> bytes | None:
        """Return the envelope, None for a request that has no template. size: MaxEnvelopeSize, part of the envelope."""
        match request:
            case Receive(command_id=str(command_id)):
                values: tuple[str | bytes, ...] = (message_id, command_id)
                key: Hashable = (
                    request.resource_uri, request.shell_id, request.streams, request.keepalive, request.options,
                    operation_timeout, size,
                )  # fmt: skip
            case Command(command_id=str(command_id), command_line=line, arguments=(argument,)) if line:
                values = (message_id, command_id, line, argument)
                key = (request.resource_uri, request.shell_id, request.options, operation_timeout, size)
            case Send(streams=(StreamChunk(command_id=str(command_id), data=data, end=False) as chunk,)) if data:
                values = (message_id, command_id, b2a_base64(data, newline=False))
                key = (request.resource_uri, request.shell_id, request.options, chunk.name, operation_timeout, size)
            case _:
                return None
        template = self._templates.get(key)
        if template is None:
            if len(self._templates) >= _MAX_TEMPLATES:
                self._templates.clear()
            template = self._templates[key] = self._made(request, operation_timeout, len(values))
        return template.fill(*values)

    def _made(self, request: Receive | Command | Send, operation_timeout: float | None, count: int) -> Template:
        message_mark, command_mark, line_mark, argument_mark = _MARKS
        marked: Request
        if isinstance(request, Command):
            marked = replace(request, command_id=command_mark, command_line=line_mark, arguments=(argument_mark,))
        elif isinstance(request, Send):
            chunk = replace(request.streams[0], command_id=command_mark, data=_DATA_MARK)
            data_mark = b2a_base64(_DATA_MARK, newline=False).decode("ascii")
            envelope = self._build(replace(request, streams=(chunk,)), message_mark, operation_timeout)
            return Template(envelope, (message_mark, command_mark, data_mark))
        else:
            marked = replace(request, command_id=command_mark)
        return Template(self._build(marked, message_mark, operation_timeout), _MARKS[:count])
