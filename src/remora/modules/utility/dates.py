"""Get-Date, Set-Date, New-TimeSpan, Start-Sleep, Measure-Command, Get-Uptime."""

from __future__ import annotations

import calendar
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.psobject import wrapped
from remora.engine.text.dates import format_date
from remora.engine.types.culture import dates_of
from remora.engine.types.dateparse import from_ticks, ticks_of
from remora.engine.validators import ValidateRange, Validator, refuse
from remora.modules.utility.uformat import uformat

_DATE, _UDATE = "DateAndFormat", "DateAndUFormat"
_UNIX, _UUNIX = "UnixTimeSecondsAndFormat", "UnixTimeSecondsAndUFormat"
_FIRST: Final = {"position": 0, "pipeline": True, "by_property": True}
_HINT: Final = "Microsoft.PowerShell.Commands.DisplayHintType"
_FIRST_SECOND, _LAST_SECOND = -62135596800, 253402300799
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS: Final = {"hour": 36_000_000_000, "minute": 600_000_000, "second": 10_000_000}
_MILLISECOND: Final = 10_000
_NAMED: Final = {
    "filedate": "yyyyMMdd",
    "filedateuniversal": "yyyyMMddZ",
    "filedatetime": "yyyyMMddTHHmmssffff",
    "filedatetimeuniversal": "yyyyMMddTHHmmssffffZ",
}


@cmdlet("Get-Date", default_set=_DATE, output_type=("System.String", "System.DateTime"))
class GetDate(Cmdlet):
    """The current date, or another one, as a date or as text."""

    date = Parameter("datetime", sets={_DATE: _FIRST, _UDATE: _FIRST}, aliases=("LastWriteTime",))
    unix_time_seconds = Parameter(
        "long",
        sets={_UNIX: {"mandatory": True}, _UUNIX: {"mandatory": True}},
        aliases=("UnixTime",),
        validate=(ValidateRange(_FIRST_SECOND, _LAST_SECOND),),
    )
    year = Parameter("int", validate=(ValidateRange(1, 9999),))
    month = Parameter("int", validate=(ValidateRange(1, 12),))
    day = Parameter("int", validate=(ValidateRange(1, 31),))
    hour = Parameter("int", validate=(ValidateRange(0, 23),))
    minute = Parameter("int", validate=(ValidateRange(0, 59),))
    second = Parameter("int", validate=(ValidateRange(0, 59),))
    millisecond = Parameter("int", validate=(ValidateRange(0, 999),))
    display_hint = Parameter(_HINT)
    as_utc = Parameter("switch", name="AsUTC")
    format = Parameter("string", sets=(_DATE, _UNIX))
    u_format = Parameter("string", name="UFormat", sets={_UDATE: {"mandatory": True}, _UUNIX: {"mandatory": True}})

    def process(self) -> None:
        value = self._changed(self._base())
        if self.as_utc:
            value = value.astimezone(UTC)
        if self.u_format is not None:
            self.emit(uformat(value, self.u_format))
        elif self.format is not None:
            self.emit(_formatted(value, self.format))
        elif "DisplayHint" in self.bound:
            made = wrapped(value)
            made.extended["DisplayHint"] = self.display_hint
            self.emit(made)
        else:
            self.emit(value)

    def _base(self) -> datetime:
        if self.unix_time_seconds is not None:
            return (_EPOCH + timedelta(seconds=int(self.unix_time_seconds))).astimezone()
        if self.date is not None:
            given: datetime = self.date
            return given
        return datetime.now().astimezone()

    def _changed(self, value: datetime) -> datetime:
        """The date with the parts that were given; a day the month does not have runs into the next."""
        months = ((self.year or value.year) - value.year) * 12 + (self.month or value.month) - value.month
        if months:
            value = _with_months(value, months)
        ticks = ticks_of(value)
        if self.day is not None:
            ticks += (self.day - value.day) * 24 * _TICKS["hour"]
        for name, unit in _TICKS.items():
            given = getattr(self, name)
            if given is not None:
                ticks += (given - getattr(value, name)) * unit
        if self.millisecond is not None:
            ticks += (self.millisecond - value.microsecond // 1000) * _MILLISECOND
            ticks -= ticks % _MILLISECOND
        return value if ticks == ticks_of(value) else from_ticks(ticks, value)


def _with_months(value: datetime, months: int) -> datetime:
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    day = min(value.day, calendar.monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def _formatted(value: datetime, pattern: str) -> str:
    plain = _NAMED.get(pattern.lower())
    if plain is None:
        return format_date(value, pattern or "G", dates_of())
    if pattern.lower().endswith("universal"):
        value = value.astimezone(UTC)
    return format_date(value, plain.replace("T", "'T'").replace("Z", "'Z'"))


@cmdlet("Set-Date", default_set="Date", output_type=("System.DateTime",), should_process=True)
class SetDate(Cmdlet):
    """Sets the machine's clock, which only its administrator may."""

    date = Parameter("datetime", sets={"Date": {**_FIRST, "mandatory": True}})
    adjust = Parameter(
        "timespan", sets={"Adjust": {"position": 0, "mandatory": True, "by_property": True}}, allow_null=True
    )
    display_hint = Parameter(_HINT)

    def process(self) -> None:
        wanted = self.date if self.adjust is None else datetime.now().astimezone() + self.adjust
        if not self.should_process(to_text(wanted), "Set-Date"):
            return
        try:
            time.clock_settime(time.CLOCK_REALTIME, wanted.timestamp())
        except PermissionError as problem:
            raise self.throw(_clock_refused(problem.errno or 1)) from None
        made = wrapped(wanted)
        if "DisplayHint" in self.bound:
            made.extended["DisplayHint"] = self.display_hint
        self.emit(made)


def _clock_refused(number: int) -> PSError:
    return error(
        f"Unknown error {number}" if number != 1 else "Operation not permitted",
        "System.ComponentModel.Win32Exception",
        "NotSpecified",
        type_name="System.ComponentModel.Win32Exception",
    )


@cmdlet("New-TimeSpan", default_set="Date", output_type=("System.TimeSpan",))
class NewTimeSpan(Cmdlet):
    """A span of time: between two dates, or of days, hours, minutes, seconds."""

    start = Parameter("datetime", sets={"Date": _FIRST}, aliases=("LastWriteTime",))
    end_ = Parameter("datetime", name="End", sets={"Date": {"position": 1, "by_property": True}})
    days = Parameter("int", sets=("Time",), default=0)
    hours = Parameter("int", sets=("Time",), default=0)
    minutes = Parameter("int", sets=("Time",), default=0)
    seconds = Parameter("int", sets=("Time",), default=0)
    milliseconds = Parameter("int", sets=("Time",), default=0)

    def process(self) -> None:
        if self.parameter_set == "Time":
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


class _NotNegative(Validator):
    """A span that is not negative."""

    def check(self, value: Any) -> None:
        if value < timedelta(0):
            raise refuse(
                f'The argument "{to_text(value)}" cannot be validated because its value is not greater than or equal '
                "to zero."
            )


@cmdlet("Start-Sleep", aliases=("sleep",), default_set="Seconds")
class StartSleep(Cmdlet):
    """Waits; a stop of the pipeline ends the wait."""

    seconds = Parameter(
        "double", sets={"Seconds": {**_FIRST, "mandatory": True}}, validate=(ValidateRange(0.0, 2147483.0),)
    )
    milliseconds = Parameter(
        "int",
        sets={"Milliseconds": {"mandatory": True, "by_property": True}},
        aliases=("ms",),
        validate=(ValidateRange(0, 2147483647),),
    )
    duration = Parameter(
        "timespan", sets={"FromTimeSpan": {**_FIRST, "mandatory": True}}, aliases=("ts",), validate=(_NotNegative(),)
    )

    def process(self) -> None:
        if self.duration is not None:
            self._check()
            seconds = self.duration.total_seconds()
        else:
            seconds = self.milliseconds / 1000 if self.milliseconds is not None else self.seconds
        self.sleep(seconds)

    def _check(self) -> None:
        longest = timedelta(milliseconds=2147483647)
        if self.duration > longest:
            raise self.throw(
                error(
                    f"The maximum duration is {to_text(longest)}; {to_text(self.duration)} is longer.",
                    "MaximumDurationExceeded",
                    "InvalidArgument",
                    type_name="System.Management.Automation.PSArgumentException",
                )
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


@cmdlet("Get-Uptime", default_set="Timespan", output_type=("System.TimeSpan", "System.DateTime"))
class GetUptime(Cmdlet):
    """Time since the machine started."""

    since = Parameter("switch", sets=("Since",))

    def end(self) -> None:
        started = datetime.fromtimestamp(int(psutil.boot_time())).astimezone()
        self.emit(
            started if self.since else timedelta(seconds=int((datetime.now().astimezone() - started).total_seconds()))
        )


CMDLETS = (GetDate, GetUptime, MeasureCommand, NewTimeSpan, SetDate, StartSleep)
