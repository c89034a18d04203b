"""Trace sources: what the engine tells of its own work to listeners that ask. Source: the help of Trace-Command."""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.context import EngineContext

ERROR: Final = 0x0200
WRITE_LINE: Final = 0x1000
SCOPE: Final = 0x2000
ALL: Final = 0x7FFF
"""Bits of PSTraceSourceOptions."""
DATE_TIME: Final = 2
TIMESTAMP: Final = 4
PROCESS_ID: Final = 8
THREAD_ID: Final = 16
"""Bits of System.Diagnostics.TraceOptions."""
DISCOVERY: Final = "CommandDiscovery"
BINDING: Final = "ParameterBinding"
DESCRIPTIONS: Final = {
    DISCOVERY: "Traces the discovery of cmdlets, scripts, functions, applications, etc.",
    BINDING: "Traces the process of binding the arguments to the parameters of cmdlets, scripts, and applications.",
}
_INDENT: Final = 4
_THREAD: Final = 1  # what [Threading.Thread]::CurrentThread.ManagedThreadId says
# command type -> (what it is called, the attribute that tells which one)
_FOUND: Final = {
    "Cmdlet": ("Cmdlet", "error_suffix"),
    "Function": ("Function", "source"),
    "Filter": ("Filter", "source"),
    "Application": ("Application", "path"),
    "ExternalScript": ("External script", "path"),
}
_STORE: Final = "trace_sources"


class TraceListener(NetObject, ABC):
    """Where lines of trace sources go. options: what is told about each line, bits of TraceOptions."""

    net_type = NetType("System.Diagnostics.TraceListener", OBJECT)

    def __init__(self, name: str) -> None:
        self.name = name
        self.options = 0

    @abstractmethod
    def write_line(self, text: str) -> None:
        """One line, without its end."""

    def event(self, source: str, text: str) -> None:
        """A line of a source, and what the options add to it."""
        from remora.engine.text.dates import format_date

        self.write_line(f"{source} Information: 0 : {text}")
        for bit, name, value in (
            (PROCESS_ID, "ProcessId", os.getpid()),
            (THREAD_ID, "ThreadId", _THREAD),
            (DATE_TIME, "DateTime", format_date(datetime.now().astimezone(), "o")),
            (TIMESTAMP, "Timestamp", time.monotonic_ns()),
        ):
            if self.options & bit:
                self.write_line(f"{' ' * _INDENT}{name}={value}")

    def close(self) -> None:
        """No more lines will come."""


class TraceSource(NetObject):
    """PSTraceSource: one subject that is traced. options: bits of PSTraceSourceOptions, which kinds of lines are."""

    net_type = NetType("System.Management.Automation.PSTraceSource", OBJECT)

    def __init__(self, sources: TraceSources, name: str, description: str) -> None:
        self._sources = sources
        self.name = name
        self.description = description
        self.options = 0
        self.listeners: list[TraceListener] = []

    @property
    def enabled(self) -> bool:
        """Somebody hears what this source tells."""
        return bool(self.options and self.listeners)

    def line(self, text: str, kind: int = WRITE_LINE) -> None:
        """Tell one line, indented as deep as the scopes around it."""
        if self.options & kind:
            for listener in self.listeners:
                listener.event(self.name, " " * (_INDENT * self._sources.level) + text)

    @contextmanager
    def scope(self, text: str) -> Iterator[None]:
        """Tell a line; those inside are indented."""
        self.line(text, SCOPE)
        self._sources.level += 1
        try:
            yield
        finally:
            self._sources.level -= 1


class TraceSources:
    """The trace sources of one runspace by folded name. level: how many scopes are open."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self.level = 0
        self.known = {name.lower(): TraceSource(self, name, text) for name, text in DESCRIPTIONS.items()}

    def changed(self) -> None:
        """Options or listeners were set: the engine tells what it does only while somebody hears it."""
        self._context.tracer = self if any(source.enabled for source in self.known.values()) else None
        self._context.watch()

    @property
    def binding(self) -> TraceSource | None:
        """ParameterBinding, while somebody hears it."""
        return self._heard(BINDING)

    @property
    def discovery(self) -> TraceSource | None:
        """CommandDiscovery, while somebody hears it."""
        return self._heard(DISCOVERY)

    def _heard(self, name: str) -> TraceSource | None:
        source = self.known[name.lower()]
        return source if source.enabled else None


def trace_sources(context: EngineContext) -> TraceSources:
    """Those of the runspace, made when they are first asked for."""
    found = context.store.get(_STORE)
    if not isinstance(found, TraceSources):
        found = context.store[_STORE] = TraceSources(context)
    return found


def found_text(info: CommandInfo) -> str:
    """What CommandDiscovery tells of a command that was found."""
    kind, what = _FOUND.get(info.command_type, (info.command_type, "definition"))
    return f"{kind} found: {info.name}  {getattr(info, what)}".rstrip()
