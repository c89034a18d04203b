"""Get-Date, New-TimeSpan, Start-Sleep, Measure-Command, Get-Uptime."""

from __future__ import annotations

import calendar
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.nothing import NOTHING
from remora.engine.operators.text import format_operator
from remora.engine.validators import ValidateRange, ValidateSet
from remora.modules.utility.uformat import uformat

_PARTS = (("year", 1, 9999), ("month", 1, 12), ("day", 1, 31), ("hour", 0, 23), ("minute", 0, 59), ("second", 0, 59))


@cmdlet("Get-Date", default_set="DateAndFormat", output_type=("System.DateTime", "System.String"))
class GetDate(Cmdlet):
    """The current date, or another one, as a date or as text."""

    date = Parameter("datetime", position=0, pipeline=True, by_property=True, aliases=("LastWriteTime",))
    unix_time_seconds = Parameter("object", aliases=("UnixTime",))
    year = Parameter("int", validate=(ValidateRange(1, 9999),))
    month = Parameter("int", validate=(ValidateRange(1, 12),))
    day = Parameter("int", validate=(ValidateRange(1, 31),))
    hour = Parameter("int", validate=(ValidateRange(0, 23),))
    minute = Parameter("int", validate=(ValidateRange(0, 59),))
    second = Parameter("int", validate=(ValidateRange(0, 59),))
    millisecond = Parameter("int", validate=(ValidateRange(0, 999),))
    display_hint = Parameter("string", validate=(ValidateSet("Date", "Time", "DateTime"),))
    as_utc = Parameter("switch", name="AsUTC")
    format = Parameter("string", sets=("DateAndFormat",))
    u_format = Parameter("string", name="UFormat", sets=("DateAndUFormat",))

    def process(self) -> None:
        value = self._base()
        changes = {name: getattr(self, name) for name, _, _ in _PARTS if getattr(self, name) is not None}
        if self.millisecond is not None:
            changes["microsecond"] = self.millisecond * 1000
        if changes:
            day = min(
                changes.get("day", value.day), _days(changes.get("year", value.year), changes.get("month", value.month))
            )
            value = value.replace(**{**changes, "day": day})
        if self.as_utc:
            value = value.astimezone(UTC)
        if self.u_format is not None:
            self.emit(uformat(value, self.u_format))
        elif self.format is not None:
            self.emit(_formatted(value, self.format))
        else:
            self.emit(value)

    def _base(self) -> datetime:
        if self.unix_time_seconds is not None:
            return datetime.fromtimestamp(float(self.unix_time_seconds), UTC).astimezone()
        if self.date is not None:
            given: datetime = self.date
            return given
        return datetime.now().astimezone()


def _formatted(value: datetime, pattern: str) -> str:
    named = {
        "filedate": "yyyyMMdd",
        "filedateuniversal": "yyyyMMddZ",
        "filedatetime": "yyyyMMddTHHmmssffff",
        "filedatetimeuniversal": "yyyyMMddTHHmmssffffZ",
    }
    folded = pattern.lower()
    if folded.endswith("universal"):
        value = value.astimezone(UTC)
    plain = named.get(folded, pattern)
    literal = plain.replace("T", "'T'").replace("Z", "'Z'") if folded in named else plain
    return str(format_operator("{0:" + literal.replace("{", "{{").replace("}", "}}") + "}", [value]))


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


@cmdlet("New-TimeSpan", default_set="Date", output_type=("System.TimeSpan",))
class NewTimeSpan(Cmdlet):
    """A span of time: between two dates, or of days, hours, minutes, seconds."""

    start = Parameter(
        "datetime", sets={"Date": {"position": 0, "pipeline": True, "by_property": True}}, aliases=("LastWriteTime",)
    )
    end_ = Parameter("datetime", name="End", sets={"Date": {"position": 1, "by_property": True}})
    days = Parameter("int", sets=("Time",), default=0)
    hours = Parameter("int", sets=("Time",), default=0)
    minutes = Parameter("int", sets=("Time",), default=0)
    seconds = Parameter("int", sets=("Time",), default=0)
    milliseconds = Parameter("int", sets=("Time",), default=0)

    def process(self) -> None:
        if self.start is None and self.end_ is None:
            self.emit(
                timedelta(
                    days=self.days,
                    hours=self.hours,
                    minutes=self.minutes,
                    seconds=self.seconds,
                    milliseconds=self.milliseconds,
                )
            )
            return
        now = datetime.now().astimezone()
        start, end = self.start or now, self.end_ or now
        self.emit(end.replace(tzinfo=None) - start.replace(tzinfo=None))


@cmdlet("Start-Sleep", aliases=("sleep",), default_set="Seconds")
class StartSleep(Cmdlet):
    """Waits; a stop of the pipeline ends the wait."""

    seconds = Parameter(
        "double", sets={"Seconds": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    milliseconds = Parameter("int", sets={"Milliseconds": {"mandatory": True}}, aliases=("ms",))
    duration = Parameter("timespan", sets={"FromTimeSpan": {"mandatory": True}}, aliases=("ts",))

    def process(self) -> None:
        if self.duration is not None:
            seconds = self.duration.total_seconds()
        else:
            seconds = self.milliseconds / 1000 if self.milliseconds is not None else self.seconds
        if seconds < 0:
            raise self.throw(_negative(seconds))
        self.sleep(seconds)


def _negative(seconds: float) -> Any:
    from remora.engine.errors import error

    return error(
        f"Cannot validate argument on parameter 'Seconds'. The argument \"{seconds:g}\" is less than the minimum of 0.",
        "ParameterArgumentValidationError",
        "InvalidData",
        type_name="System.Management.Automation.ParameterBindingValidationException",
    )


@cmdlet("Measure-Command", output_type=("System.TimeSpan",))
class MeasureCommand(Cmdlet):
    """How long a script block takes; its output is dropped."""

    expression = Parameter("scriptblock", position=0, mandatory=True)
    input_object = Parameter("psobject", pipeline=True, default=NOTHING)

    def begin(self) -> None:
        self._taken = 0.0
        self._run = self.runtime.item_runner(self.expression, lambda value: None)

    def process(self) -> None:
        start = time.perf_counter()
        self._run(None if self.input_object is NOTHING else self.input_object)
        self._taken += time.perf_counter() - start

    def end(self) -> None:
        self.emit(timedelta(seconds=self._taken))


@cmdlet("Get-Uptime", output_type=("System.TimeSpan", "System.DateTime"))
class GetUptime(Cmdlet):
    """Time since the machine started."""

    since = Parameter("switch")

    def end(self) -> None:
        started = datetime.fromtimestamp(int(psutil.boot_time())).astimezone()
        self.emit(
            started if self.since else timedelta(seconds=int((datetime.now().astimezone() - started).total_seconds()))
        )


CMDLETS = (GetDate, GetUptime, MeasureCommand, NewTimeSpan, StartSleep)
