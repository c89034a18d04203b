"""PSTraceSource and its options as scripts see them."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.convert.conversion import enum_value
from remora.engine.nettype import NetType
from remora.engine.tracing import TraceListener, TraceSource
from remora.engine.types.registry import ENUM
from remora.engine.types.typeref import TypeRef, register

TRACE_OPTIONS: Final = NetType(
    "System.Diagnostics.TraceOptions",
    ENUM,
    flags=True,
    enum={
        "None": 0,
        "LogicalOperationStack": 1,
        "DateTime": 2,
        "Timestamp": 4,
        "ProcessId": 8,
        "ThreadId": 16,
        "Callstack": 32,
    },
)
SOURCE_OPTIONS: Final = NetType(
    "System.Management.Automation.PSTraceSourceOptions",
    ENUM,
    flags=True,
    enum={
        "None": 0,
        "Constructor": 1,
        "Dispose": 2,
        "Finalizer": 4,
        "Method": 8,
        "Property": 16,
        "Delegates": 32,
        "Events": 64,
        "Exception": 128,
        "Lock": 256,
        "Error": 512,
        "Warning": 1024,
        "Verbose": 2048,
        "WriteLine": 4096,
        "Scope": 8192,
        "Assert": 16384,
        "Errors": 640,
        "Data": 6167,
        "ExecutionFlow": 8303,
        "All": 32767,
    },
)


def _options(source: TraceSource) -> Any:
    return enum_value(TypeRef(SOURCE_OPTIONS.name, SOURCE_OPTIONS), source.options)


def register_types() -> None:
    """The types by name."""
    source, listener = TraceSource.net_type, TraceListener.net_type
    source.property("Description", "System.String")(lambda s: s.description)
    source.property("Listeners")(lambda s: list(s.listeners))
    source.property("Name", "System.String")(lambda s: s.name)
    source.property("Options", SOURCE_OPTIONS.name)(_options)
    listener.property("Name", "System.String")(lambda x: x.name)
    listener.property("TraceOutputOptions", TRACE_OPTIONS.name)(
        lambda x: enum_value(TypeRef(TRACE_OPTIONS.name, TRACE_OPTIONS), x.options)
    )
    register(source, listener, SOURCE_OPTIONS, TRACE_OPTIONS)
