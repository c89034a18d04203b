"""Get-History, Add-History, Clear-History, Invoke-History."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.history import HistoryInfo, add_entry, entries
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import ABSENT, as_list, find

_MODULE = "Microsoft.PowerShell.Core"
_ARGUMENT: Final = "System.ArgumentException"
_OPERATION: Final = "System.InvalidOperationException"
_LAST_COUNT: Final = 32767


def _missing(number: int, id: str = "GetHistoryNoHistoryForId") -> PSError:
    return error(f"Cannot locate the history for Id {number}.", id, "ObjectNotFound", number, type_name=_ARGUMENT)


def _no_count(what: str) -> PSError:
    return error(
        f"The count cannot be combined with multiple {what}.", "GetHistoryNoCountWithMultipleIds", "InvalidArgument",
        type_name=_ARGUMENT,
    )  # fmt: skip


@cmdlet("Get-History", aliases=("h", "history", "ghy"), module=_MODULE, output_type=(HistoryInfo.net_type.name,))
class GetHistory(Cmdlet):
    """Shows what was run in this session."""

    id = Parameter("int64[]", position=0, pipeline=True, validate=(ValidateRange(1, 9223372036854775807),))
    count = Parameter("int", position=1, validate=(ValidateRange(0, _LAST_COUNT),))

    def process(self) -> None:
        history = entries(self.session)
        if self.id is None:
            for entry in history[-self.count or len(history) :] if self.count is not None else list(history):
                self.emit(entry)
            return
        if self.count is not None and len(self.id) > 1:
            raise self.throw(_no_count("Ids"))
        for number in self.id:
            at = next((index for index, entry in enumerate(history) if entry.id == number), None)
            if at is None:
                self.write_error(_missing(number).record)
                continue
            for entry in history[max(at - (self.count or 1) + 1, 0) : at + 1]:
                self.emit(entry)


@cmdlet("Clear-History", aliases=("clhy",), default_set="IDParameter", module=_MODULE, should_process=True)
class ClearHistory(Cmdlet):
    """Forgets what was run."""

    id = Parameter("int[]", position=0, sets=("IDParameter",), validate=(ValidateRange(1, 2147483647),))
    command_line = Parameter("string[]", sets=("CommandLineParameter",), validate=(ValidateNotNullOrEmpty(),))
    count = Parameter("int", position=1, validate=(ValidateRange(1, 2147483647),))
    newest = Parameter("switch")

    def end(self) -> None:
        history = entries(self.session)
        if self.count is not None and max(len(self.id or ()), len(self.command_line or ())) > 1:
            raise self.throw(_no_count("Ids" if self.id else "CommandLine parameters"))
        chosen = self._by_id(history) if self.id is not None else self._by_line(history)
        if not self.should_process("session history", "Clear-History"):
            return
        gone = {id(entry) for entry in chosen}
        history[:] = [entry for entry in history if id(entry) not in gone]

    def _by_id(self, history: list[HistoryInfo]) -> list[HistoryInfo]:
        found: list[HistoryInfo] = []
        for number in self.id:
            at = next((index for index, entry in enumerate(history) if entry.id == number), None)
            if at is None:
                self.write_error(_missing(number).record)
            elif self.newest:
                found.extend(history[max(at - (self.count or 1) + 1, 0) : at + 1])
            else:
                found.extend(history[at : at + (self.count or 1)])
        return found

    def _by_line(self, history: list[HistoryInfo]) -> list[HistoryInfo]:
        from remora.modules.common import matcher

        found = list(history)
        for pattern in self.command_line or ():
            test = matcher([pattern])
            found = [entry for entry in history if test(entry.command_line)]
            if not found:
                self.write_error(
                    error(
                        f"Cannot locate the history for command line {pattern}.", "GetHistoryNoHistoryForId",
                        "ObjectNotFound", pattern, type_name=_ARGUMENT,
                    ).record
                )  # fmt: skip
        if self.count is not None:
            found = found[-self.count :] if self.newest else found[: self.count]
        return found


@cmdlet("Add-History", module=_MODULE, output_type=(HistoryInfo.net_type.name,))
class AddHistory(Cmdlet):
    """Puts entries into the history."""

    input_object = Parameter("psobject[]", position=0, pipeline=True)
    passthru = Parameter("switch")

    def process(self) -> None:
        for item in as_list(self.input_object):
            line, status, start, end = self._entry(item)
            add_entry(self.session, line, status, start, end)
            if self.passthru:
                self.emit(entries(self.session)[-1])

    def _entry(self, item: Any) -> tuple[str, str, datetime, datetime]:
        line, status = find(item, "CommandLine"), find(item, "ExecutionStatus")
        start, end = find(item, "StartExecutionTime"), find(item, "EndExecutionTime")
        try:
            if not isinstance(line, str) or ABSENT in (status, start, end) or status is None:
                raise _no_entry()
            return line, to_text(status), convert_to(start, "datetime"), convert_to(end, "datetime")
        except PSError:
            raise self.throw(_no_entry()) from None


def _no_entry() -> PSError:
    return error(
        "Cannot add history because the input object has a format that is not valid.", "AddHistoryInvalidInput",
        "InvalidData", type_name=_ARGUMENT,
    )  # fmt: skip


@cmdlet("Invoke-History", aliases=("r", "ihy"), module=_MODULE, should_process=True)
class InvokeHistory(Cmdlet):
    """Runs an entry of the history again."""

    id = Parameter("string", position=0, by_property=True)

    def begin(self) -> None:
        self._ids: list[str] = []

    def process(self) -> None:
        if self.id is not None:
            self._ids.append(self.id)

    def end(self) -> None:
        if len(self._ids) > 1:
            raise self.throw(
                error(
                    "Cannot process multiple history commands. You can only run a single command by using "
                    "Invoke-History.",
                    "InvokeHistoryMultipleCommandsError",
                    "InvalidArgument",
                    type_name=_ARGUMENT,
                )
            )
        entry = self._chosen(self._ids[0] if self._ids else None)
        if not self.should_process(entry.command_line):
            return
        running: list[HistoryInfo] = self.session.store.setdefault("invoked history", [])
        if any(one is entry for one in running):
            raise self.throw(
                error(
                    "The Invoke-History cmdlet is called repeatedly, in a loop.", "InvokeHistoryLoopDetected",
                    "InvalidOperation", type_name=_OPERATION,
                )
            )  # fmt: skip
        running.append(entry)
        try:
            self.session.host.write_line(entry.command_line)
            self.runtime.invoke_script(entry.command_line)
        finally:
            running[:] = [one for one in running if one is not entry]

    def _chosen(self, wanted: str | None) -> HistoryInfo:
        history = entries(self.session)
        if wanted is None:
            if not history:
                raise self.throw(
                    error(
                        "Cannot locate most recent history.", "InvokeHistoryNoLastHistoryEntryFound",
                        "InvalidOperation", type_name=_OPERATION,
                    )
                )  # fmt: skip
            return history[-1]
        if wanted.lstrip("-").isdecimal():
            return self._numbered(history, int(wanted))
        found = next((entry for entry in reversed(history) if entry.command_line.startswith(wanted)), None)
        if found is None:
            raise self.throw(
                error(
                    f"Cannot locate the history for command line {wanted}.", "InvokeHistoryNoHistoryForCommandline",
                    "ObjectNotFound", wanted, type_name=_ARGUMENT,
                )
            )  # fmt: skip
        return found

    def _numbered(self, history: list[HistoryInfo], number: int) -> HistoryInfo:
        if number <= 0:
            raise self.throw(
                error(
                    f"The identifier {number} is not a valid value for a History identifier. Specify a positive "
                    "number, and then try again.",
                    "InvokeHistoryInvalidIdGetHistory",
                    "InvalidArgument",
                    number,
                    type_name="System.ArgumentOutOfRangeException",
                )
            )
        found = next((entry for entry in history if entry.id == number), None)
        if found is None:
            raise self.throw(_missing(number, "InvokeHistoryNoHistoryForId"))
        return found


CMDLETS = (AddHistory, ClearHistory, GetHistory, InvokeHistory)
