"""Get-History, Add-History, Clear-History, Invoke-History."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.history import add_entry, entries
from remora.modules.common import as_list, get

_MODULE = "Microsoft.PowerShell.Core"


@cmdlet("Get-History", aliases=("h", "history", "ghy"), module=_MODULE)
class GetHistory(Cmdlet):
    """Shows what was run in this session."""

    id = Parameter("int64[]", position=0, pipeline=True)
    count = Parameter("int", position=1)

    def process(self) -> None:
        history = entries(self.session)
        if self.id is None:
            for entry in history[-self.count :] if self.count is not None else history:
                self.emit(entry)
            return
        for number in self.id:
            found = [at for at, entry in enumerate(history) if entry.id == number]
            if not found:
                self.write_error(_missing(number))
                continue
            first = max(found[0] - (self.count or 1) + 1, 0)
            for entry in history[first : found[0] + 1]:
                self.emit(entry)


def _missing(number: int) -> Any:
    return error(
        f"Cannot locate the history for Id {number}.", "GetHistoryNoHistoryForId", "ObjectNotFound", number,
        type_name="System.ArgumentException",
    ).record  # fmt: skip


@cmdlet("Clear-History", aliases=("clhy",), module=_MODULE, should_process=True)
class ClearHistory(Cmdlet):
    """Forgets what was run."""

    id = Parameter("int[]", position=0)
    command_line = Parameter("string[]")
    count = Parameter("int", position=1)
    newest = Parameter("switch")

    def end(self) -> None:
        history = entries(self.session)
        if self.id is not None:
            history[:] = [entry for entry in history if entry.id not in self.id]
        elif self.count is not None:
            del history[-self.count if self.newest else 0 : None if self.newest else self.count]
        else:
            history.clear()


@cmdlet("Add-History", module=_MODULE)
class AddHistory(Cmdlet):
    """Puts entries into the history."""

    input_object = Parameter("psobject[]", position=0, pipeline=True)
    passthru = Parameter("switch")

    def process(self) -> None:
        now = datetime.now().astimezone()
        for item in as_list(self.input_object):
            line = get(item, "CommandLine")
            if line is None:
                continue
            start, end = get(item, "StartExecutionTime") or now, get(item, "EndExecutionTime") or now
            add_entry(self.session, str(line), str(get(item, "ExecutionStatus") or "Completed"), start, end)
            if self.passthru:
                self.emit(entries(self.session)[-1])


@cmdlet("Invoke-History", aliases=("r", "ihy"), module=_MODULE, should_process=True)
class InvokeHistory(Cmdlet):
    """Runs an entry of the history again."""

    id = Parameter("string", position=0, pipeline=True)

    def end(self) -> None:
        history = entries(self.session)
        wanted = self.id
        if wanted is None:
            found = history[-1:]
        elif wanted.lstrip("-").isdecimal():
            found = [entry for entry in history if entry.id == int(wanted)]
        else:
            found = [entry for entry in history if entry.command_line.lower().startswith(wanted.lower())][-1:]
        if not found:
            raise self.throw(
                error("Cannot locate history.", "InvokeHistoryNoHistoryFound", "ObjectNotFound", wanted,
                      type_name="System.InvalidOperationException")
            )  # fmt: skip
        self.runtime.invoke_script(found[0].command_line)


CMDLETS = (AddHistory, ClearHistory, GetHistory, InvokeHistory)
