"""Where a pipeline's output goes: every stream to the client, and what people should see to its host as well."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from remora.engine.errors import ErrorRecord, PipelineStopped
from remora.engine.records import (
    DebugRecord,
    HostInformationMessage,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)
from remora.engine.wire import to_wire
from remora.psrp.spec import RemoteStreamOptions
from remora.worker.pool_driver import PoolDriver
from remora.worker.remote_host import RemoteHost

_FORWARDED: Final = "FORWARDED"  # its host call was made where it was written


class RemoteSink:
    """StreamSink of one pipeline. options: for which streams the client wants to know who wrote a record."""

    def __init__(self, driver: PoolDriver, pipeline_id: UUID, host: RemoteHost, options: RemoteStreamOptions) -> None:
        self._driver = driver
        self._pipeline_id = pipeline_id
        self._host = host
        self._options = options
        self.stopping = False
        """Set by a stop: the next thing written ends the pipeline, whatever the engine is doing."""

    def output(self, value: Any) -> None:
        if self.stopping:
            raise PipelineStopped
        self._driver.output(self._pipeline_id, to_wire(value))

    def _record(self, record: Any, flag: RemoteStreamOptions | None) -> None:
        if self.stopping:
            raise PipelineStopped
        wire = to_wire(record)
        if isinstance(record, ErrorRecord):
            wire.write_error_stream = True
        if flag is not None and not self._options & flag:
            wire.invocation = None
        self._driver.record(self._pipeline_id, wire)

    def error(self, record: ErrorRecord) -> None:
        self._record(record, RemoteStreamOptions.ERROR)

    def warning(self, record: WarningRecord) -> None:
        self._record(record, RemoteStreamOptions.WARNING)
        self._host.write_warning_line(record.message)

    def verbose(self, record: VerboseRecord) -> None:
        self._record(record, RemoteStreamOptions.VERBOSE)
        self._host.write_verbose_line(record.message)

    def debug(self, record: DebugRecord) -> None:
        self._record(record, RemoteStreamOptions.DEBUG)
        self._host.write_debug_line(record.message)

    def information(self, record: InformationRecord) -> None:
        if record.shown and _FORWARDED not in record.tags:
            self._show(record.message_data)
        self._record(record, None)

    def _show(self, message: Any) -> None:
        if not isinstance(message, HostInformationMessage):
            self._host.write_line(str(message))
        elif message.no_new_line:
            self._host.write(message.message, message.foreground, message.background)
        else:
            self._host.write_line(message.message, message.foreground, message.background)

    def progress(self, record: ProgressRecord) -> None:
        self._record(record, None)
        self._host.write_progress(record.source_id, record)
