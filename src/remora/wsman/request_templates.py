"""Envelopes that clients send again and again and that differ only in ids and data: built once, filled after that."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from remora._xml import Template
from remora.wsman.headers import SelectorSet
from remora.wsman.requests import Command, CreateShell, Delete, Receive, Request, Send, StreamChunk

_TO, _MESSAGE, _SESSION, _SHELL = "remora-to", "remora-message-id", "remora-session-id", "remora-shell-id"
_COMMAND, _LINE, _ARGUMENT, _NAME = "remora-command-id", "remora-command-line", "remora-argument", "remora-name"
_DATA: Final = b"remora-data-mark"
_DATA_TEXT: Final = b2a_base64(_DATA, newline=False).decode("ascii")
_PLACE: Final = 987_654_321_012_345
_MAX_TEMPLATES: Final = 256

_templates: Final[dict[Hashable, Template]] = {}
"""By the shape of the envelope: the same for all endpoints and sessions, so that the thousandth builds nothing."""

Values: TypeAlias = tuple[str | bytes, ...]


class Conversation(NamedTuple):
    """What is the same in every envelope of one client session. session_id: its text on the wire."""

    to: str
    session_id: str
    locale: str
    data_locale: str


Build: TypeAlias = Callable[[Conversation, Request, str, float | None, int], bytes]
"""Makes the envelope of (conversation, request, message id, operation timeout, MaxEnvelopeSize)."""


class _Shape(NamedTuple):
    """What identifies a template, its marks in the order of the document, a request that holds them, and the values."""

    key: Hashable
    marks: tuple[str, ...]
    marked: Callable[[], Request]
    values: Values


def fill(
    build: Build, conversation: Conversation, request: Request, message_id: str, timeout: float | None, size: int
) -> bytes | None:
    """Return the envelope, None for a request that has no template. timeout: seconds; size: MaxEnvelopeSize."""
    shape = _shape(request)
    if shape is None:
        return None
    to, session_id, locale, data_locale = conversation
    key = (type(request), shape.key, locale, data_locale, timeout, size)
    template = _templates.get(key)
    if template is None:
        marked = build(Conversation(_TO, _SESSION, locale, data_locale), shape.marked(), _MESSAGE, timeout, size)
        template = Template(marked, (_TO, _MESSAGE, _SESSION, *shape.marks))
        if len(_templates) >= _MAX_TEMPLATES:
            _templates.clear()
        _templates[key] = template
    return template.fill(to, message_id, session_id, *shape.values)


def _shape(request: Request) -> _Shape | None:
    match request:
        case Receive():
            return _of_receive(request)
        case Command(command_id=str(command_id), command_line=line, arguments=(argument,)) if line:
            return _Shape(
                (request.resource_uri, request.options),
                (_SHELL, _COMMAND, _LINE, _ARGUMENT),
                lambda: replace(
                    request, shell_id=_SHELL, command_id=_COMMAND, command_line=_LINE, arguments=(_ARGUMENT,)
                ),
                (request.shell_id, command_id, line, argument),
            )
        case Send(streams=(StreamChunk(command_id=str(), end=False, attached=None | 1) as chunk,)):
            return _of_send(request, chunk)
        case Delete(selectors=SelectorSet(items=(("ShellId", shell_id),)), fragment=None):
            return _Shape(
                (request.resource_uri, request.options),
                (_SHELL,),
                lambda: replace(request, selectors=SelectorSet.shell(_SHELL)),
                (shell_id,),
            )
        case CreateShell():
            return _of_create(request)
        case _:
            return None


def _of_receive(request: Receive) -> _Shape:
    key = (request.resource_uri, request.streams, request.keepalive, request.options, request.command_id is None)
    if request.command_id is None:
        return _Shape(key, (_SHELL,), lambda: replace(request, shell_id=_SHELL), (request.shell_id,))
    return _Shape(
        key,
        (_SHELL, _COMMAND),
        lambda: replace(request, shell_id=_SHELL, command_id=_COMMAND),
        (request.shell_id, request.command_id),
    )


def _of_send(request: Send, chunk: StreamChunk) -> _Shape:
    """A Send of one chunk, whose data are in the envelope or attached, with a position or without."""
    placed, plain = chunk.position is not None, bool(chunk.data)
    marked = replace(chunk, command_id=_COMMAND, position=_PLACE if placed else None, data=_DATA if plain else b"")
    marks = (_SHELL, _COMMAND, *((str(_PLACE),) if placed else ()), *((_DATA_TEXT,) if plain else ()))
    place = (str(chunk.position),) if placed else ()
    data = (b2a_base64(chunk.data, newline=False),) if plain else ()
    return _Shape(
        (request.resource_uri, request.options, chunk.name, chunk.attached, placed, plain),
        marks,
        lambda: replace(request, shell_id=_SHELL, streams=(marked,)),
        (request.shell_id, chunk.command_id or "", *place, *data),
    )


def _of_create(request: CreateShell) -> _Shape | None:
    """The Create of a PowerShell shell, named or not."""
    spec = request.shell
    if not spec.shell_id or spec.creation_xml is None or spec.environment or spec.name == "":
        return None
    named = spec.name is not None
    key = (
        request.resource_uri, request.options, request.compression, spec.input_streams, spec.output_streams,
        spec.idle_timeout, spec.lifetime, spec.working_directory, spec.buffer_mode, named,
    )  # fmt: skip
    name = () if spec.name is None else (spec.name,)
    marks = (_SHELL, *((_NAME,) if named else ()), _DATA_TEXT)
    values = (spec.shell_id, *name, b2a_base64(spec.creation_xml, newline=False))
    changed = replace(spec, shell_id=_SHELL, name=_NAME if named else None, creation_xml=_DATA)
    return _Shape(key, marks, lambda: replace(request, shell=changed), values)
