"""Writing the records of a job to the streams of the cmdlet that receives them."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet
from remora.engine.errors import ErrorRecord
from remora.engine.records import DebugRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord


def pass_on(cmdlet: Cmdlet, record: ErrorRecord) -> None:
    """An error of the job as it is: it keeps the id of the command that wrote it."""
    name, comma, command = record.error_id.partition(",")
    if comma and not record.command_id:
        record.error_id, record.command_id = name, command
    record.settled = True
    cmdlet.write_error(record)


def write_record(cmdlet: Cmdlet, stream: str, value: Any) -> None:
    """To the stream of the same name; whether a record is shown was decided where it was written, but for
    information: it travels always and the preference here decides.
    """
    pipes = cmdlet.runtime.pipes
    match stream:
        case "output":
            cmdlet.emit(value)
        case "error" if isinstance(value, ErrorRecord):
            pass_on(cmdlet, value)
        case "warning" if isinstance(value, WarningRecord):
            pipes.capture("warning", value)
            pipes.sinks.warning(value)
        case "verbose" if isinstance(value, VerboseRecord):
            pipes.sinks.verbose(value)
        case "debug" if isinstance(value, DebugRecord):
            pipes.sinks.debug(value)
        case "information" if isinstance(value, InformationRecord):
            pipes.write_information(value)
        case "progress" if isinstance(value, ProgressRecord):
            pipes.sinks.progress(value)
        case _:
            cmdlet.emit(value)
