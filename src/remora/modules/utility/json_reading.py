"""JSON text to engine values: objects, hashtables, dates, numbers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from remora.engine.errors import PSError, error
from remora.modules.utility.json_lenient import LenientReader
from remora.values import BigInteger, DateTime, Int64, PSObject
from remora.values.tables import OrderedHashtable

MAX_DEPTH: Final = 1024
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7})\d*)?(Z|[+-]\d\d:?\d\d)?\Z")
_MILLISECONDS = re.compile(r"/Date\((-?\d{1,14})([+-]\d{4})?\)/\Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NESTED = re.compile(r"[\[{]")


def from_json(text: str, *, as_hashtable: bool = False, max_depth: int = MAX_DEPTH, date_kind: str = "Default") -> Any:
    """Parse JSON into engine values. date_kind: what ISO texts become (Default, Local, Utc, Offset, String).

    Raises PSError: ArgumentException for wrong JSON, InvalidOperationException for names an object cannot have.
    """
    reader = _Reader(as_hashtable=as_hashtable, date_kind=date_kind)
    text = text.removeprefix("\ufeff")
    try:
        return reader.finished(_parsed(text, reader, max_depth))
    except (ValueError, RecursionError) as problem:
        reason = str(problem) if isinstance(problem, ValueError) else _too_deep(max_depth)
        raise bad_json(reason) from None


def _too_deep(max_depth: int) -> str:
    return f"The reader's MaxDepth of {max_depth} has been exceeded."


def _parsed(text: str, reader: _Reader, max_depth: int) -> Any:
    """By the standard library's reader where it will do; by the lenient one for what that refuses."""
    if len(_NESTED.findall(text)) <= max_depth:
        try:
            return json.loads(text, object_pairs_hook=reader.pairs, parse_int=integer, parse_float=float, strict=False)
        except (ValueError, RecursionError):
            pass
    return LenientReader(text, pairs=reader.pairs, integer=integer, max_depth=max_depth).read()


def bad_json(reason: str) -> PSError:
    """The error of text that is no JSON."""
    return error(
        f"Conversion from JSON failed with error: {reason}",
        "System.ArgumentException",
        "NotSpecified",
        type_name="System.ArgumentException",
    )


def _refused(message: str, error_id: str) -> PSError:
    return error(message, error_id, "InvalidOperation", type_name="System.InvalidOperationException")


class _Reader:
    def __init__(self, *, as_hashtable: bool, date_kind: str) -> None:
        self._as_hashtable = as_hashtable
        self._date_kind = date_kind.lower()

    def pairs(self, pairs: list[tuple[str, Any]]) -> Any:
        if self._as_hashtable:
            return OrderedHashtable(pairs, case_sensitive=True)
        members: dict[str, Any] = {}
        folded: dict[str, str] = {}
        for name, value in pairs:
            known = folded.setdefault(name.lower(), name)
            if known != name:
                raise _refused(
                    "Cannot convert the JSON string because it contains keys with different casing. Please use the "
                    f"-AsHashTable switch instead. The key that was attempted to be added to the existing key "
                    f"'{known}' was '{name}'.",
                    "KeysWithDifferentCasingInJsonString",
                )
            if not name:
                raise _refused(
                    "The provided JSON includes a property whose name is an empty string, this is only supported using "
                    "the -AsHashTable switch.",
                    "EmptyKeyInJsonString",
                )
            members[name] = value
        return PSObject.custom(members)

    def finished(self, value: Any) -> Any:
        """Dates in place of ISO texts, all the way down."""
        if isinstance(value, str):
            return value if self._date_kind == "string" or len(value) < 8 else date_of(value, self._date_kind)
        if isinstance(value, list):
            return [self.finished(item) for item in value]
        if isinstance(value, PSObject):
            for name, item in value.extended.items():
                value.extended[name] = self.finished(item)
        elif isinstance(value, OrderedHashtable):
            for name, item in list(value.items()):
                value[name] = self.finished(item)
        return value


def integer(text: str) -> Any:
    """A whole number: Int64, or BigInteger where that is too small."""
    value = int(text)
    return Int64(value) if -(2**63) <= value < 2**63 else BigInteger(value)


def date_of(text: str, kind: str = "default") -> Any:
    """The date an ISO text or ``/Date(n)/`` means; any other text as it is."""
    found = _iso_date(text) if len(text) >= 19 else None
    if found is None and text.startswith("/Date("):
        found = _counted_date(text)
    if found is None:
        return text
    if kind == "local":
        return _in_zone(found, None)
    if kind == "utc":
        return _in_zone(found, UTC)
    return found


def _in_zone(value: datetime, zone: timezone | None) -> datetime:
    moved = value.replace(tzinfo=zone) if value.tzinfo is None and zone is not None else value.astimezone(zone)
    digit = value.ticks_digit if isinstance(value, DateTime) else 0
    return DateTime.of(moved, ticks_digit=digit) if digit else moved


def _counted_date(text: str) -> datetime | None:
    match = _MILLISECONDS.match(text)
    if match is None:
        return None
    try:
        value = _EPOCH + timedelta(milliseconds=int(match[1]))
    except OverflowError:
        return None
    return value if match[2] is None else value.astimezone()


def _iso_date(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None:
        return None
    fraction = (match[7] or "").ljust(7, "0")
    zone: timezone | None = None
    if match[8] == "Z":
        zone = UTC
    elif match[8]:
        sign = -1 if match[8][0] == "-" else 1
        zone = timezone(sign * timedelta(hours=int(match[8][1:3]), minutes=int(match[8][-2:])))
    try:
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        value = datetime(year, month, day, hour, minute, second, int(fraction[:6]), zone)
        if zone is not None and zone is not UTC:
            value = value.astimezone()
    except (ValueError, OverflowError):
        return None
    return DateTime.of(value, ticks_digit=int(fraction[6])) if fraction[6] != "0" else value
